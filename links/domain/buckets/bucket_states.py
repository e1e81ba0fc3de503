"""How a bucket stands, in one word, for whoever is about to choose one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.credentials import KeyState
from links.domain.findings import FINDING_KINDS, OUTAGE, Code, Subject


class BucketState(StrEnum):
    WORKS = "works"
    TEST_WORKED = "test-worked"
    TEST_FAILED = "test-failed"
    TEST_UNTOLD = "test-untold"  # it was tested, and the test could not tell
    UNTRIED = "untried"  # it was not tested, and no link of it was validated yet
    KEY_PENDING = "unverified-key"
    KEY_REFUSED = "key-cannot-sign"
    FAILS = "fails"  # an incident says so, of links of our own

    @property
    def may_work(self) -> bool:
        return self not in _DOES_NOT_WORK


_DOES_NOT_WORK = (BucketState.TEST_FAILED, BucketState.KEY_PENDING, BucketState.KEY_REFUSED, BucketState.FAILS)


@dataclass(frozen=True, slots=True)
class LastTest:
    """When a bucket was tested last as it is now, and whether it worked; None where the test could not tell."""

    at: datetime
    works: bool | None


_TESTED = {True: BucketState.TEST_WORKED, False: BucketState.TEST_FAILED, None: BucketState.TEST_UNTOLD}


def find_bucket_state(
    key: KeyState, *, is_replaced: bool, is_broken: bool, was_served: bool, test: LastTest | None
) -> BucketState:
    """`is_replaced` is the key, `is_broken` the bucket by an open incident; `was_served` is a link of it, and later
    than a test that failed."""
    if key is KeyState.PENDING:
        return BucketState.KEY_PENDING
    if is_replaced or not key.signs:
        return BucketState.KEY_REFUSED
    if is_broken:
        return BucketState.FAILS
    if was_served:
        return BucketState.WORKS
    return _TESTED[test.works] if test else BucketState.UNTRIED


def read_test(steps: Iterable[StepResult]) -> bool | None:
    """What a test tells of the bucket. A file that is not there, or archived, and a store that gives no answer tell
    nothing of it."""
    tried = list(steps)
    if any(step.ok is False and not _is_beside_it(step.reason) for step in tried):
        return False
    return True if any(step.step is Step.READ and step.ok for step in tried) else None


def _is_beside_it(reason: Code | None) -> bool:
    return reason is not None and (reason in OUTAGE or FINDING_KINDS[reason].subject in (Subject.OBJECT, Subject.LINK))
