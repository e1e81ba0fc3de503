"""Passwords that strangers send are hashed a few at once: each takes a processor for a third of a second, and whoever
only wants to download shall not wait for it."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import get_random_string

from links.domain.throttling import Limit
from links.services import throttle
from links.services.throttle import Key

MAX_CONCURRENT = 2  # of the four workers that the README starts
_ONE_AT_ONCE = Limit(1, timedelta(seconds=10))  # after which the slot of a process that was killed is free again


def take_slot(now: datetime) -> Key | None:
    """Leave to hash once, which `free_slot` gives back; None where as many as may are hashing."""
    slots = (Key("hash-slot", (number,)) for number in range(MAX_CONCURRENT))
    return next((slot for slot in slots if throttle.take(slot, _ONE_AT_ONCE, now)), None)


def free_slot(slot: Key, now: datetime) -> None:
    throttle.begin(slot, now)


def is_right(password: str, encoded: str) -> bool:
    """Hash once, whether or not there is anything to compare with: `encoded` "" is never right, and takes as long."""
    return check_password(password, encoded or _make_decoy()) and bool(encoded)


@lru_cache(maxsize=1)
def _make_decoy() -> str:
    """What nobody's password is, hashed as all are."""
    return make_password(get_random_string(43))
