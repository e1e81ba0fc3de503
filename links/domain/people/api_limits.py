"""How often a program may ask the API."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from links.domain.visits.throttling import Limit

TOKEN_LIMIT = Limit(1_200, timedelta(minutes=1))
"""Requests of one token."""
BAD_TOKEN_LIMIT = Limit(60, timedelta(minutes=10))
"""Requests of one network that show no token, or one that opens nothing."""
BULK_LIMIT = Limit(1, timedelta(minutes=5))
"""Bulk requests of one token at a time. One whose process was stopped counts until then."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of the limit of this name: `remaining` requests within the next `seconds`. A request that `is_over`
    is refused."""

    name: str
    limit: Limit
    remaining: int
    seconds: int
    is_over: bool = False

    @property
    def policy_header(self) -> str:
        """`RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers-10 has it."""
        return f'"{self.name}";q={self.limit.max_count};w={ceil(self.limit.window.total_seconds())}'

    @property
    def limit_header(self) -> str:
        """`RateLimit`, as the same draft has it."""
        return f'"{self.name}";r={self.remaining};t={self.seconds}'
