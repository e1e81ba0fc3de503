"""Links' passwords: which may be one, and how many are hashed at once. Each takes a processor for a third of a second,
and whoever only wants to download shall not wait for those that strangers send."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.crypto import get_random_string

from links.domain.promise import terms
from links.domain.visits.throttling import Limit
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
    decoy = _make_decoy()  # the first time it takes as long as a try, and would tell what needs it
    return check_password(password, encoded or decoy) and bool(encoded)


def check_new_password(password: str, *own_words: str) -> None:
    """Raises what `links.domain.promise.terms.check_password` raises."""
    terms.check_password(password, list_common(), own_words)


@lru_cache(maxsize=1)
def list_common() -> set[str]:
    """The twenty thousand that are taken most, by Django's own list."""
    return CommonPasswordValidator().passwords


@lru_cache(maxsize=1)
def _make_decoy() -> str:
    """What nobody's password is, hashed as all are."""
    return make_password(get_random_string(43))
