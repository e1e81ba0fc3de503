"""What an authenticator app shows, by RFC 6238 alone: nothing of the product's."""

import hmac
from datetime import datetime


def show_code(seed: bytes, now: datetime) -> str:
    counter = int(now.timestamp()) // 30
    digest = hmac.digest(seed, counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
