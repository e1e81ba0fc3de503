"""Rounds of the outbox that are over by a count, not by a clock that a busy machine outruns."""

from queue import Empty, SimpleQueue
from typing import Any

import pytest

from links.services.mail import outbox
from tests.waiting import TIMEOUT_SECONDS


def end_rounds_after(routes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round's time is up as soon as so many of its routes have done all that they had to do."""

    class Outcomes(SimpleQueue[Any]):
        under_way = routes

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ANN401  as the queue's own
            assert timeout is not None
            assert 0 < timeout <= outbox.ROUND_SECONDS
            if not self.under_way:
                raise Empty
            outcome = super().get(block, TIMEOUT_SECONDS)
            self.under_way -= isinstance(outcome, outbox._Batch)
            return outcome

    monkeypatch.setattr(outbox, "SimpleQueue", Outcomes)
