"""Strangers try passwords. Each try is counted before it is hashed; neither the counts nor the time tell whether there
is anything at all behind the address."""

from datetime import datetime

from django.db import transaction

from links.domain.promise.terms import MAX_PASSWORD_LENGTH
from links.domain.visits.access import HASHES, OPENED_LIFETIME, TRIES_ANYWHERE, UNDER_ATTACK, Outcome, limit_tries
from links.domain.visits.throttling import name_network
from links.services import password_hashing, throttle
from links.services.throttle import Key
from links.services.visits.guesses import note_attack, note_tries


def try_password(
    place: str, link: int | None, encoded: str, password: str, address: str, now: datetime
) -> Outcome | None:
    """What is wrong with it, or None. `place` is what was addressed, `link` the number of the link that is there and
    `encoded` its password as it is kept, or None and "" where there is none.

    The tries of a network are counted for the password that is there: a new one begins a new count. Whether a place is
    under attack does not depend on its password.

    A try is counted before it is judged, so that many at once all count, and taken back where it was right. The rows
    are locked in one order, so that no two tries wait for each other.
    """
    network = name_network(address)
    anywhere, here, wrong = _anywhere(network), _here(network, place, encoded), Key("wrong", (place,))
    # Not which: that somebody of this network opened this very place would tell that there is something.
    opened = Key("opened", (network,))
    with transaction.atomic():
        under_attack = (throttle.count(wrong, now) or 0) >= UNDER_ATTACK.max_count
        limit = limit_tries(under_attack=under_attack, has_opened=throttle.count(opened, now) is not None)
        may_try = throttle.take(here, limit, now) and throttle.take(anywhere, TRIES_ANYWHERE, now)
        may_hash = may_try and throttle.take(Key("hash", (network,)), HASHES, now)
        slot = password_hashing.take_slot(now) if may_hash else None
        if slot is None:
            transaction.set_rollback(True)
    if slot is None:
        if not may_try:
            note_tries(link, address, now)
        return Outcome.BUSY if may_try else Outcome.TOO_MANY_TRIES
    if under_attack:
        note_attack(place, link, now)
    right = 0 < len(password) <= MAX_PASSWORD_LENGTH and password_hashing.is_right(password, encoded)
    with transaction.atomic():
        if right:
            throttle.take_back(here, now)
            throttle.take_back(anywhere, now)
            throttle.begin(opened, now + OPENED_LIFETIME)
        else:
            throttle.take(wrong, UNDER_ATTACK, now)
        password_hashing.free_slot(slot, now)
    return None if right else Outcome.WRONG_PASSWORD


def find_wait(place: str, encoded: str, address: str, now: datetime) -> int:
    """Seconds until a network to which this place is closed may try a password there again."""
    network = name_network(address)
    anywhere, here = _anywhere(network), _here(network, place, encoded)
    is_closed_everywhere = (throttle.count(anywhere, now) or 0) >= TRIES_ANYWHERE.max_count
    waits = [throttle.find_wait(here, now), throttle.find_wait(anywhere, now) if is_closed_everywhere else 0]
    return max(*waits, 1)


def _anywhere(network: str) -> Key:
    return Key("password", (network,))


def _here(network: str, place: str, encoded: str) -> Key:
    return Key("password", (network, place, encoded))
