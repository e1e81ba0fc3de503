"""Trying a key on buckets as it would be bound to them: what a store says of it before anything is saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.errors import HoldfastError, KeyRefused, Refused
from links.domain.findings import OUTAGE, Code, Finding, Verdict
from links.domain.judging.causes import explain
from links.domain.judging.facts import Delivery, Facts
from links.domain.reasons import Reason
from links.domain.rotations import find_fault
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer
from links.models import Bucket, ShareLink, SigningKey
from links.queries.bucket_registry import make_policy
from links.queries.link_state import where_promised
from links.s3 import objects
from links.s3.probe import ProbePolicy, ProbeRequest, probe_all
from links.services.buckets import binding
from links.services.click_signing import OpenBuckets, open_bucket, sign_as_click
from links.services.parallel import call_all

SAMPLES = 50


@dataclass(frozen=True, slots=True)
class _BucketTry:
    """A bucket as it is, as it would be under the new key (in memory only), and what of it to try."""

    before: Bucket
    after: Bucket
    links: list[ShareLink]
    known_to_serve: bool
    served_key: str


# Why a bucket cannot be read with the new key: what its store answered, or what kept us from asking.
_Fault = Code | Reason
# What no permission mends: a store without an identity service tells of a wrong id or secret only here.
_OF_THE_PAIR: Mapping[_Fault, Reason] = {
    Code.KEY_UNKNOWN: Reason.KEY_UNKNOWN_TO_STORE,
    Code.SIGNATURE_MISMATCH: Reason.KEY_SECRET_WRONG,
}


def find_unread_before(bound: Sequence[Bucket], now: datetime) -> set[str]:
    """The names of those that the old key cannot read today either: no new key owes more. What is wrong with the old
    key itself tells nothing of a bucket."""
    found = _try_all([(bucket, bucket) for bucket in bound], now)
    return {name for name, fault in found if isinstance(fault, Code) and fault not in _OF_THE_KEY}


_OF_THE_KEY = frozenset({Code.KEY_UNKNOWN, Code.KEY_INACTIVE, Code.SIGNATURE_MISMATCH, Code.ACCOUNT_BLOCKED})


def find_faults(
    new: SigningKey, bound: Sequence[tuple[Bucket, Bucket]], now: datetime
) -> list[tuple[str, Code | Reason]]:
    """Why buckets cannot be read, by name; of each how it is and how it would be, in memory only. Raises `KeyRefused`:
    key-unknown-to-store, key-secret-wrong."""
    found = _try_all(bound, now)
    faults = [(name, fault) for name, each in found if (fault := _name_fault(each))]
    if wrong := next((_OF_THE_PAIR[fault] for _, fault in faults if fault in _OF_THE_PAIR), None):
        raise KeyRefused(wrong, access_key_id=new.access_key_id)
    return faults


def _try_all(bound: Sequence[tuple[Bucket, Bucket]], now: datetime) -> list[tuple[str, _Fault | HoldfastError | None]]:
    """What came of each, by the bucket's name, all asked at once."""
    tries = [_prepare(before, after, now) for before, after in bound]
    policy = make_policy()
    # Where a store hangs, the time-outs of its probes say so.
    found = call_all({one.before.pk: partial(_find_fault, one, policy, now) for one in tries}, timeout=None)
    return [(one.before.name, found[one.before.pk]) for one in tries]


def _prepare(bucket: Bucket, after: Bucket, now: datetime) -> _BucketTry:
    """The newest links that served when they were last validated; where there is none, the newest of all."""
    running = bucket.links.filter(where_promised(now))
    stable = running.filter(delivery=Delivery.STABLE.value)
    own = stable if stable.exists() else running.filter(delivery=Delivery.PRESIGNED.value)
    served = own.filter(verdict__in=[Verdict.HEALTHY.value, Verdict.AT_RISK.value])[:SAMPLES]
    links = list(served) or list(own[:SAMPLES])
    for link in links:
        link.bucket = after
    return _BucketTry(bucket, after, links, bool(served), binding.find_served_key(bucket))


def _find_fault(one: _BucketTry, policy: ProbePolicy, now: datetime) -> _Fault | None:
    """None where all is well. Asks no database: it runs in a thread. Raises what keeps us from asking."""
    return _read_links(one, policy, now) if one.links else _compare(one)


def _name_fault(found: _Fault | HoldfastError | None) -> _Fault | None:
    return found.reason if isinstance(found, HoldfastError) else found


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying one bucket. `is_worse`: it can be read as it is, and could not be as it would be; `is_told`:
    the store said something of it."""

    fault: Code | None
    is_worse: bool
    is_told: bool


def try_change(before: Bucket, after: Bucket, now: datetime) -> Trial:
    """Ask the store about a bucket as it would be; `after` is in memory only. Raises `KeyRefused`:
    key-unknown-to-store, key-secret-wrong, and what keeps us from signing."""
    one = _prepare(before, after, now)
    if one.links:
        fault, is_told = _read_links(one, make_policy(), now), True
    else:
        steps = objects.test_bucket(open_bucket(after), one.served_key)
        fault, is_told = _find_lost(one, steps), any(step.ok for step in steps if step.step is not Step.SIGN)
    if fault is not None and fault in _OF_THE_PAIR:
        raise KeyRefused(_OF_THE_PAIR[fault], access_key_id=after.key.access_key_id)
    if isinstance(fault, Reason):
        raise Refused(fault)
    if fault is None or fault in OUTAGE:
        return Trial(fault, is_worse=False, is_told=fault is None and is_told)
    is_worse = fault in _OF_THE_KEY or before.name not in find_unread_before([before], now)
    return Trial(fault, is_worse, is_told=True)


def _read_links(one: _BucketTry, policy: ProbePolicy, now: datetime) -> _Fault | None:
    opened = OpenBuckets()
    urls = [sign_as_click(link, opened) for link in one.links]
    answers = probe_all([ProbeRequest(url.text) for url in urls], policy=policy)
    found = [
        _explain(link, url.signed, answer, now) for link, url, answer in zip(one.links, urls, answers, strict=True)
    ]
    fault = find_fault(found, known_to_serve=one.known_to_serve)
    return fault.code if fault else None


def _compare(one: _BucketTry) -> _Fault | None:
    """Where there is no link to try, the new key must be able to do what the old one can."""
    return _find_lost(one, objects.test_bucket(open_bucket(one.after), one.served_key))


def _find_lost(one: _BucketTry, steps: Iterable[StepResult]) -> _Fault | None:
    missing = [step for step in steps if not step.ok]
    could = _list_working(one) if missing else set()  # the other key is asked only where something is
    lost = (step for step in missing if step.ok is False or step.step in could)
    return next((step.refusal or step.reason or Code.REFUSED_OTHER for step in lost), None)


def _list_working(one: _BucketTry) -> set[Step]:
    try:
        return {step.step for step in objects.test_bucket(open_bucket(one.before), one.served_key) if step.ok}
    except HoldfastError:
        return set()


def _explain(link: ShareLink, url: SignedUrl, answer: Answer, now: datetime) -> Finding | None:
    bucket = link.bucket.name if link.bucket else ""
    return explain(Facts(Delivery.STABLE, url, bucket=bucket, object_key=link.object_key), answer, now)
