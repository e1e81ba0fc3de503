"""Where a refusal may have several causes, ask what tells them apart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TypeVar

from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.object_spellings import find_spellings
from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.judging.causes import is_ambiguous, is_denial, is_of_a_missing_object, is_of_an_unknown_key
from links.domain.judging.facts import Delivery, ListedKey
from links.domain.signed_urls.gate import CheckedUrl
from links.domain.stores.answers import Answer
from links.models import ShareLink, SigningKey
from links.s3 import objects
from links.s3.probe import ProbePolicy, ProbeRequest, probe_all
from links.services.click_signing import OpenBuckets, sign_as_click
from links.services.keys import proofs
from links.services.parallel import call_all
from links.services.validation.cases import Case, Clock
from links.services.validation.isolation import run_isolated

Found = TypeVar("Found")

MAX_KEYS = 4  # whose identity service is asked for one batch: each may take 20 s
BEGIN_SECONDS = 60.0  # in which a batch's further questions are begun: it has to end before its lease


@dataclass
class FollowUpChecks:
    """What is asked besides for one batch: each key once, and nothing begun after `BEGIN_SECONDS`."""

    policy: ProbePolicy
    clock: Clock
    opened: OpenBuckets
    begin_until: float = field(default_factory=lambda: monotonic() + BEGIN_SECONDS)
    _listings: dict[int, Mapping[str, ListedKey]] = field(default_factory=dict)
    _callers: dict[int, bool | None] = field(default_factory=dict)

    def confirm(self, cases: list[Case]) -> list[Case]:
        """Does a URL signed now by the bucket's key work, is the object there, may that key list the bucket, is it
        known, and what does its user list? What goes wrong with one of these questions leaves it open."""
        doubtful = [case for case in cases if _is_refused(case, is_ambiguous)]
        fresh = self._ask_afresh(doubtful)
        denied = [case for case in doubtful if _is_refused(case, is_denial)]
        found = self._ask_of_objects(denied, _try_to_look_up)
        cases = [_add_evidence(case, fresh.get(case.link.pk), found.get(case.link.pk)) for case in cases]
        cases = self._look_under_other_names(cases)
        return [self._ask_caller(self._read_listing(case)) for case in cases]

    def _ask_afresh(self, cases: list[Case]) -> dict[int, Answer]:
        """What a URL signed now gets, by link. A stable link's was: that is how it is probed."""
        answers = {case.link.pk: case.answer for case in cases if case.answer and _is_stable(case)}
        unstable = [case.link for case in cases if not _is_stable(case)]
        signed = {
            link.pk: run_isolated(link.pk, "sign", partial(try_to_sign, link, self.opened), None) for link in unstable
        }
        urls = {link_id: url.text for link_id, url in signed.items() if url}
        asked = probe_all([ProbeRequest(url) for url in urls.values()], policy=self.policy, now=self.clock)
        return answers | dict(zip(urls, asked, strict=True))

    def _look_under_other_names(self, cases: list[Case]) -> list[Case]:
        """An object that is missing may be there under another spelling of its name."""
        missing = [case for case in cases if _is_missing(case) and find_spellings(case.link.object_key)]
        found = self._ask_of_objects(missing, _try_to_find_other_name)
        return [
            replace(case, facts=replace(case.facts, found_as=found[case.link.pk])) if found.get(case.link.pk) else case
            for case in cases
        ]

    def _ask_of_objects(
        self, cases: list[Case], question: Callable[[SigningBucket, str], Found | None]
    ) -> dict[int, Found]:
        """Each object asked about once, a few at a time and not for ever: what is not found out leaves the case open.
        By link."""
        wanted: dict[tuple[SigningBucket, str], list[int]] = {}
        for case in cases:
            if signing_bucket := run_isolated(
                case.link.pk, "open", partial(_try_to_open, case.link, self.opened), None
            ):
                wanted.setdefault((signing_bucket, case.link.object_key), []).append(case.link.pk)
        calls = {
            place: partial(run_isolated, ids[0], "look up", partial(question, *place), None)
            for place, ids in wanted.items()
        }
        found = call_all(calls, timeout=max(self.begin_until - monotonic(), 0.0))
        return {
            link: answer
            for place, answer in found.items()
            if answer is not None and not isinstance(answer, HoldfastError)
            for link in wanted[place]
        }

    def _read_listing(self, case: Case) -> Case:
        """A key that the store does not know may be another key of the same user as the bucket's, and only inactive."""
        if not _is_refused(case, is_of_an_unknown_key) or case.facts.signed_by_own_key or not case.link.bucket:
            return case
        key = case.link.bucket.key
        if self._may_ask(key, self._listings):
            self._listings[key.pk] = run_isolated(
                case.link.pk, "listing", partial(proofs.list_of_user, key, self.opened), {}
            )
        listed = self._listings.get(key.pk, {}).get(case.facts.url.access_key_id) if case.facts.url else None
        return replace(case, facts=replace(case.facts, listing=listed.state if listed else None))

    def _ask_caller(self, case: Case) -> Case:
        """Where neither object nor listing could be seen, the bucket's own key may be what is refused."""
        unseen = case.facts.exists is None and case.facts.signed_by_own_key
        if not unseen or not _is_refused(case, is_denial) or not case.link.bucket:
            return case
        key = case.link.bucket.key
        if self._may_ask(key, self._callers):
            self._callers[key.pk] = run_isolated(
                case.link.pk, "caller", partial(proofs.answers, key, self.opened), None
            )
        return replace(case, facts=replace(case.facts, caller_answers=self._callers.get(key.pk)))

    def _may_ask(self, key: SigningKey, asked: Mapping[int, object]) -> bool:
        return key.pk not in asked and len(asked) < MAX_KEYS and monotonic() < self.begin_until


def _is_refused(case: Case, kind: Callable[[Answer], bool]) -> bool:
    answer = case.answer
    return answer is not None and not answer.served and case.link.bucket is not None and kind(answer)


def _is_missing(case: Case) -> bool:
    """Whether its object is missing, by the store's word or by our own look; or may be, where the key may not list."""
    if case.link.bucket is None or case.facts.exists:
        return False
    return case.facts.exists is False or _is_refused(case, is_of_a_missing_object) or _is_refused(case, is_denial)


def _is_stable(case: Case) -> bool:
    return case.facts.delivery is Delivery.STABLE


def try_to_sign(link: ShareLink, opened: OpenBuckets) -> CheckedUrl | None:
    try:
        return sign_as_click(link, opened)
    except HoldfastError:
        return None


def _try_to_look_up(signing_bucket: SigningBucket, object_key: str) -> ObjectFacts | None:
    try:
        return objects.look_up(signing_bucket, object_key)
    except HoldfastError:
        return None


def _try_to_find_other_name(signing_bucket: SigningBucket, object_key: str) -> str | None:
    try:
        return objects.find_first(signing_bucket, [each.key for each in find_spellings(object_key)])
    except HoldfastError:
        return None


def _try_to_open(link: ShareLink, opened: OpenBuckets) -> SigningBucket | None:
    try:
        return opened.open(link.bucket) if link.bucket else None
    except HoldfastError:
        return None


def _add_evidence(case: Case, fresh: Answer | None, found: ObjectFacts | None) -> Case:
    if fresh is None and found is None:
        return case
    exists = found.exists if found else None
    may_not_list = found is not None and exists is None and found.reason is Code.PERMISSION_LOST
    facts = replace(case.facts, fresh=fresh, exists=exists, may_list=False if may_not_list else None)
    return replace(case, facts=facts)
