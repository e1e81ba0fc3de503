"""Strangers try addresses and passwords by the thousand. A network's are bounded, and who runs the site sees them in
the log, once for each while and never with what was tried."""

from datetime import datetime, timedelta

import structlog

from links.domain.monitoring.metrics import CLICKS
from links.domain.visits.access import GUESSES, GUESSES_OF_ALL, LOOKS, TRIES_WINDOW, Outcome
from links.domain.visits.throttling import Limit, name_network
from links.services import throttle
from links.services.addresses import keep_address
from links.services.monitoring.counting import count
from links.services.throttle import Key

log = structlog.get_logger(__name__)

_ALL = Key("guess")


def count_guess(address: str, now: datetime) -> int:
    """Somebody asked for a token that is nobody's. Seconds until their network should ask for another; 0 while it may.

    Whatever is behind an address stays reachable: who has a link is not locked out by others of their network. Beyond
    the limit nothing is written any more, so that a million guesses are no million writes.
    """
    count(CLICKS, Outcome.UNKNOWN)
    if wait := _count("guess", "tokens", GUESSES, address, now):
        return wait
    if (throttle.count(_ALL, now) or 0) < GUESSES_OF_ALL.max_count:
        throttle.take(_ALL, GUESSES_OF_ALL, now)
    elif _is_first("tokens", "of all", GUESSES_OF_ALL.window, now):
        log.error("addresses of links are guessed from many networks")
    return 0


def count_look(address: str, now: datetime) -> int:
    """Somebody looked at an address that people choose. Whether it is somebody's makes no difference to what they are
    shown, nor to this. Seconds until their network should look at another; 0 while it may."""
    return _count("look", "chosen addresses", LOOKS, address, now)


def _count(scope: str, told: str, limit: Limit, address: str, now: datetime) -> int:
    network = name_network(address)
    own = Key(scope, (network,))
    if (throttle.count(own, now) or 0) < limit.max_count and throttle.take(own, limit, now):
        return 0
    if _is_first(told, network, limit.window, now):
        log.warning("addresses of links are guessed", network=keep_address(address))
    return max(throttle.find_wait(own, now), 1)


def note_tries(link: int | None, address: str, now: datetime) -> None:
    """A network is not let try any more passwords for now."""
    if _is_first("passwords", name_network(address), TRIES_WINDOW, now):
        log.warning("passwords of links are guessed", link=link, network=keep_address(address))


def note_attack(place: str, link: int | None, now: datetime) -> None:
    """So many wrong passwords came for one place that whoever is new there has few tries. The place is what a stranger
    wrote, which may be a secret that they mistook for it, and is not told."""
    if _is_first("place", place, TRIES_WINDOW, now):
        log.error("passwords of one link are guessed from many networks", link=link)


def _is_first(what: str, which: str, window: timedelta, now: datetime) -> bool:
    return throttle.is_first(Key("guess-told", (what, which)), window, now)
