"""How a bucket stands: by its key, by incidents, by links that work, and by its last test."""

import pytest

from links.domain.buckets.bucket_states import BucketState, LastTest, find_bucket_state, read_test
from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.credentials import KeyState
from links.domain.findings import Code
from links.domain.reasons import Reason
from tests.domain.builders import NOW


def find(
    key: KeyState = KeyState.PROVED,
    *,
    is_replaced: bool = False,
    is_broken: bool = False,
    was_served: bool = False,
    test: LastTest | None = None,
) -> BucketState:
    return find_bucket_state(key, is_replaced=is_replaced, is_broken=is_broken, was_served=was_served, test=test)


def test_without_a_test_or_a_link_that_works_nothing_is_known() -> None:
    assert find() is BucketState.UNTRIED


@pytest.mark.parametrize(
    ("works", "state"),
    [(True, BucketState.TEST_WORKED), (False, BucketState.TEST_FAILED), (None, BucketState.TEST_UNTOLD)],
)
def test_what_the_last_test_has_shown_is_kept(works: bool | None, state: BucketState) -> None:
    assert find(test=LastTest(NOW, works=works)) is state
    assert state.may_work is (works is not False)


@pytest.mark.parametrize("test", [None, LastTest(NOW, works=True), LastTest(NOW, works=None)])
def test_links_that_work_say_more_than_a_test(test: LastTest | None) -> None:
    assert find(was_served=True, test=test) is BucketState.WORKS


def test_a_key_that_cannot_sign_and_an_open_incident_say_more_than_any_test() -> None:
    worked = LastTest(NOW, works=True)
    assert find(KeyState.PENDING, test=worked) is BucketState.KEY_PENDING
    assert find(KeyState.REFUSED, test=worked) is BucketState.KEY_REFUSED
    assert find(is_replaced=True, test=worked) is BucketState.KEY_REFUSED
    assert find(is_broken=True, was_served=True, test=worked) is BucketState.FAILS


@pytest.mark.parametrize(
    ("step", "works"),
    [
        (StepResult(Step.READ, ok=True), True),
        (StepResult(Step.READ, ok=None, reason=Code.PERMISSION_LOST), None),
        (StepResult(Step.READ, ok=False, reason=Code.PERMISSION_LOST), False),
        (StepResult(Step.READ, ok=False, reason=Code.KEY_UNKNOWN), False),
        (StepResult(Step.READ, ok=False, reason=Code.BUCKET_MISSING), False),
        (StepResult(Step.READ, ok=False, reason=Code.REFUSED_OTHER), False),
        (StepResult(Step.SIGN, ok=False, refusal=Reason.KEY_REFUSED), False),
    ],
)
def test_a_test_tells_what_its_steps_told(step: StepResult, works: bool | None) -> None:
    assert read_test([StepResult(Step.LIST, ok=None, reason=Code.PERMISSION_LOST), step]) is works


@pytest.mark.parametrize("code", [Code.OBJECT_MISSING, Code.VERSION_MISSING, Code.ARCHIVED])
def test_what_is_wrong_with_the_file_that_was_named_says_nothing_of_the_bucket(code: Code) -> None:
    assert read_test([StepResult(Step.LIST, ok=True), StepResult(Step.READ, ok=False, reason=code)]) is None


@pytest.mark.parametrize("code", [Code.UNREACHABLE, Code.STORE_OVERLOADED])
def test_a_store_that_gave_no_answer_told_nothing(code: Code) -> None:
    assert read_test([StepResult(Step.LIST, ok=False, reason=code)]) is None
