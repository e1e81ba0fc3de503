"""A look at the store before a redirect keeps a web worker waiting, and with it everybody whose turn is next: what
that may cost."""

from datetime import datetime, timedelta

SLOW_SECONDS = 0.5
PAUSE = timedelta(minutes=1)
SECONDS_A_PAUSE = 2.0


class SlowStores:
    """The stores at which a process looked lately and waited long. At such a one it does not look for a minute; at none
    where all of them together took more of that minute than those who click elsewhere may be kept waiting."""

    def __init__(self) -> None:
        self._waited: dict[str, tuple[datetime, float]] = {}

    def note(self, store: str, seconds: float, now: datetime) -> None:
        """How long a look took."""
        if seconds >= SLOW_SECONDS:
            self._waited[store] = (now, seconds)

    def pause(self, store: str, now: datetime) -> None:
        """It is known without a look."""
        self._waited[store] = (now, 0.0)

    def may_look(self, store: str, now: datetime) -> bool:
        """A pause that seems still to come was begun by another clock, and is none."""
        lately = {
            name: seconds for name, (since, seconds) in list(self._waited.items()) if timedelta() <= now - since < PAUSE
        }
        return store not in lately and sum(lately.values()) < SECONDS_A_PAUSE
