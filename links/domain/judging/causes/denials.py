"""What a denial without words means: what else is known decides, and where that is not enough it is one of two."""

from dataclasses import replace

from links.domain.findings import Code, Finding
from links.domain.judging.causes.ends import end_session
from links.domain.judging.causes.keys import find_blocked_account, find_refused_key
from links.domain.judging.causes.places import (
    find_encryption,
    find_missing_bucket,
    find_missing_object,
    find_other_region,
)
from links.domain.judging.causes.refusals import DENIED_CODES, Refusal, Rule, is_conclusive
from links.domain.judging.causes.signatures import blame_change, find_mismatch
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight.cases import Case
from links.domain.judging.foresight.policies import find_certain_denial
from links.domain.stores import refusal_words


def find_unpaid_request(refusal: Refusal) -> Finding | None:
    """A bucket that makes others than its owner pay wants each URL to say that they will."""
    if refusal.code != refusal_words.REQUESTER_PAYS:
        return None
    return refusal.broken(Code.PERMISSION_LOST, access_key_id=refusal.url.access_key_id, payer="requester")


def find_denial(refusal: Refusal) -> Finding | None:
    """A refusal that names no reason. Without even a code it counts only where it is known that the store answers."""
    if refusal.code not in DENIED_CODES:
        return None
    known = _found_missing(refusal) or _found_by_fresh_url(refusal) or _found_by_policy(refusal)
    if known is not None or (refusal.is_silent and not refusal.fresh_served):
        return known
    if refusal.token and not refusal.is_spoken:
        # AWS has a code for an ended session; what it only denies was revoked, or may no longer read.
        doubtful = refusal.url.is_aws and refusal.answer.message
        return end_session(refusal, one_of=Code.PERMISSION_LOST.value if doubtful else "")
    if refusal.url.strangers and not refusal.answer.message:
        return blame_change(refusal)
    return _blame_key(refusal) or _blame_object(refusal)


def _found_missing(refusal: Refusal) -> Finding | None:
    if refusal.facts.exists is not False and not refusal.facts.found_as:
        return None
    return refusal.missing()


def _found_by_fresh_url(refusal: Refusal) -> Finding | None:
    """What a URL signed a moment ago was told of the object holds for this one too, and of the key where it is the
    same."""
    fresh = refusal.facts.fresh
    if fresh is None or not is_conclusive(fresh):
        return None
    asked = replace(refusal, answer=fresh)
    rules: tuple[Rule, ...] = (find_other_region, find_missing_object, find_missing_bucket, find_encryption)
    if refusal.facts.signed_by_own_key and not refusal.token:
        rules = (*rules, find_blocked_account, find_refused_key, find_mismatch)
    first = next((finding for rule in rules if (finding := rule(asked)) is not None), None)
    return replace(first, params={**first.params, **refusal.evidence}) if first else None


def _found_by_policy(refusal: Refusal) -> Finding | None:
    """A store that names the kind of policy which denies may mean another than the bucket's."""
    if refusal.is_spoken and not refusal.answer.says("resource-based"):
        return None
    denial = find_certain_denial(Case(refusal.facts, refusal.url, refusal.answer, refusal.now))
    return replace(denial, params={**refusal.evidence, **denial.params}) if denial else None


def _blame_key(refusal: Refusal) -> Finding | None:
    own, access_key_id = refusal.facts.signed_by_own_key, refusal.url.access_key_id
    if own and refusal.facts.caller_answers is False:
        return refusal.broken(Code.KEY_UNKNOWN, access_key_id=access_key_id)
    if refusal.code == "Unauthorized" and refusal.answer.status == 401:
        return refusal.broken(Code.KEY_UNKNOWN, access_key_id=access_key_id)
    if refusal.is_silent:
        return refusal.broken(Code.REFUSED_OTHER)
    # A version in the URL needs a permission of its own (s3:GetObjectVersion).
    if refusal.fresh_served and own and not (refusal.url.version_id and refusal.facts.delivery is Delivery.FOREIGN):
        return refusal.broken(Code.POLICY_LIMITS_AGE, guessed="yes")
    return None


def _blame_object(refusal: Refusal) -> Finding:
    facts, access_key_id = refusal.facts, refusal.url.access_key_id
    looked = refusal.fresh_served or facts.exists is not None
    if not looked and facts.may_list is False and not refusal.is_spoken:
        return refusal.broken(Code.OBJECT_MISSING, object=facts.object_key, one_of="permission-lost")
    return refusal.broken(
        Code.PERMISSION_LOST,
        access_key_id=access_key_id,
        one_of=_doubt(refusal, looked=looked),
        **_name_policy(refusal),
    )


def _name_policy(refusal: Refusal) -> dict[str, str]:
    """What AWS says of who denied what."""
    denial = refusal.denial
    if not refusal.is_spoken:
        return {}
    return {
        "action": denial.action,
        "policy": denial.policy.value if denial.policy else "",
        "effect": "deny" if denial.is_explicit else "",
    }


def _doubt(refusal: Refusal, *, looked: bool) -> str:
    """What it may be instead: some stores refuse a dead key, or a missing object, without a word."""
    if refusal.is_spoken:
        return ""
    if not looked:
        return "object-missing"
    proved = refusal.facts.caller_answers or (refusal.facts.exists and refusal.facts.signed_by_own_key)
    return "" if refusal.answer.message or proved else "key-unknown"


def find_anything_else(refusal: Refusal) -> Finding | None:
    # What is out of range of a file that is there is no refusal of the link.
    return refusal.broken(Code.REFUSED_OTHER) if refusal.code and refusal.answer.status != 416 else None
