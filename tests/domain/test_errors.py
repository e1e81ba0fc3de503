import pytest

from links.domain.errors import (
    GateRefused,
    HoldfastError,
    KeyRefused,
    PromiseRefused,
    Refused,
    Unavailable,
    Unreadable,
)


@pytest.mark.parametrize("kind", [Unreadable, KeyRefused, PromiseRefused, GateRefused])
def test_every_refusal_is_caught_as_refused(kind: type[Refused]) -> None:
    with pytest.raises(Refused) as caught:
        raise kind("some-code", seconds=60)
    assert (caught.value.code, caught.value.params) == ("some-code", {"seconds": 60})


def test_a_store_that_does_not_answer_has_refused_nothing() -> None:
    assert issubclass(Unavailable, HoldfastError)
    assert not issubclass(Unavailable, Refused)


def test_an_error_without_a_code_has_its_kinds_own() -> None:
    assert Unavailable().code == "unavailable"
    assert GateRefused().code == "gate-refused"


def test_an_error_reads_as_its_code_and_parameters() -> None:
    assert str(Refused("lifetime-too-short", shortest=60)) == "lifetime-too-short (shortest=60)"
    assert str(Refused("link-revoked")) == "link-revoked"
