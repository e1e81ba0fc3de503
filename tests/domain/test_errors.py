import pytest

from links.domain.errors import GateRefused, HoldfastError, KeyRefused, PromiseRefused, Refused, Unavailable, Unreadable
from links.domain.reasons import Reason


@pytest.mark.parametrize("kind", [Unreadable, KeyRefused, PromiseRefused, GateRefused])
def test_every_refusal_is_caught_as_refused(kind: type[Refused]) -> None:
    with pytest.raises(Refused) as caught:
        raise kind(Reason.GATE_LIFETIME, seconds=60)
    assert (caught.value.reason, caught.value.params) == (Reason.GATE_LIFETIME, {"seconds": 60})


def test_a_store_that_does_not_answer_has_refused_nothing() -> None:
    assert issubclass(Unavailable, HoldfastError)
    assert not issubclass(Unavailable, Refused)


def test_an_error_reads_as_its_code_and_parameters() -> None:
    assert str(Refused(Reason.LIFETIME_TOO_SHORT, shortest=60)) == "lifetime-too-short (shortest=60)"
    assert str(Refused(Reason.LINK_CHANGED)) == "link-changed"


def test_a_parameter_may_be_called_a_reason() -> None:
    refused = Refused(Reason.OBJECT_UNREADABLE, reason="key-inactive")
    assert (refused.code, refused.params["reason"]) == ("object-unreadable", "key-inactive")
