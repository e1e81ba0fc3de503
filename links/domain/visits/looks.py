"""A look at the store before a redirect keeps a web worker waiting, and with it everybody whose turn is next: what
that may cost."""

from datetime import datetime, timedelta

SLOW_SECONDS = 0.5
PAUSE = timedelta(minutes=1)
SECONDS_A_PAUSE = 2.0


class SlowStores:
    """How long a process waited at each store when it looked there last. Where that was long it does not look for a
    minute; and at none that it does not know to be quick, where all of them together took more of that minute than
    those who click elsewhere may be kept waiting. Half of that is for stores that nobody has looked at before."""

    def __init__(self) -> None:
        self._waited: dict[str, tuple[datetime, float]] = {}
        self._quick = set[str]()

    def note(self, store: str, seconds: float, now: datetime) -> None:
        """How long a look took."""
        if seconds >= SLOW_SECONDS:
            self._waited[store] = (now, seconds)
            self._quick.discard(store)
        else:
            self._waited.pop(store, None)
            self._quick.add(store)

    def pause(self, store: str, now: datetime) -> None:
        """It is known without a look."""
        self._waited[store] = (now, 0.0)
        self._quick.discard(store)

    def may_look(self, store: str, now: datetime) -> bool:
        """A pause that seems still to come was begun by another clock, and is none."""
        lately = {
            name: seconds for name, (since, seconds) in list(self._waited.items()) if timedelta() <= now - since < PAUSE
        }
        if store in lately:
            return False
        allowed = SECONDS_A_PAUSE / 2 if store in self._waited else SECONDS_A_PAUSE
        return store in self._quick or sum(lately.values()) < allowed
