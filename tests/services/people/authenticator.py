"""What an authenticator app shows, by RFC 6238 alone: nothing of the product's; and one that is set up."""

import hmac
from datetime import datetime

from django.contrib.auth.models import User

from links.services.people import second_factors


def show_code(seed: bytes, now: datetime) -> str:
    counter = int(now.timestamp()) // 30
    digest = hmac.digest(seed, counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def set_up_app(user: User, now: datetime) -> bytes:
    """Its seed."""
    begun = second_factors.begin_app(user, None, now)
    assert second_factors.confirm_app(user, begun.number, show_code(begun.seed, now), now)
    return begun.seed
