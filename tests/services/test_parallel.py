import threading

import pytest

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.services.parallel import call_all


def refuse() -> str:
    raise Refused(Reason.URL_UNSIGNED)


def test_a_refusal_is_an_answer_too() -> None:
    answers = call_all({1: lambda: "yes", 2: refuse})
    assert answers[1] == "yes"
    assert isinstance(answers[2], Refused)


def test_what_is_not_answered_in_time_is_left_out() -> None:
    released = threading.Event()
    answers = call_all({"slow": released.wait, "quick": lambda: True}, timeout=0.05)
    released.set()
    assert answers == {"quick": True}


def test_a_surprise_is_no_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        call_all({"sound": lambda: 1.0, "odd": lambda: 1 / 0}, timeout=None)
