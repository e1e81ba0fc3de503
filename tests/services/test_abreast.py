import threading
from datetime import timedelta

import pytest

from links.domain.errors import Refused
from links.services import abreast
from links.services.abreast import ask_all


def refuse() -> str:
    raise Refused("no")


def test_a_refusal_is_an_answer_too() -> None:
    answers = ask_all({1: lambda: "yes", 2: refuse})
    assert answers[1] == "yes"
    assert isinstance(answers[2], Refused)


def test_what_is_not_answered_in_time_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "WITHIN", timedelta(milliseconds=50))
    released = threading.Event()
    answers = ask_all({"slow": released.wait, "quick": lambda: True})
    released.set()
    assert answers == {"quick": True}
