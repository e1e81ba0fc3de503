"""Requests to the API, counted: by token, and by network where no token is accepted."""

from datetime import datetime

from links.domain.people.api_limits import BAD_TOKEN_LIMIT, TOKEN_LIMIT, Allowance
from links.domain.visits.throttling import Limit, name_network
from links.models import ApiToken
from links.services import throttle
from links.services.throttle import Key


def count_request(token: ApiToken, now: datetime) -> Allowance:
    """One more request of this token, and what is left to it."""
    return _count("token", token.pk, TOKEN_LIMIT, now)


def count_refused(address: str, now: datetime) -> Allowance:
    """One more request from this address without a token that is accepted. Whoever shows a good one from the same
    network is not counted with it."""
    return _count("refused", name_network(address), BAD_TOKEN_LIMIT, now)


def _count(name: str, whose: object, limit: Limit, now: datetime) -> Allowance:
    key = Key(f"api-{name}", (whose,))
    is_over = not throttle.take(key, limit, now)
    running = throttle.find_running(key, now)
    return Allowance(name, limit, max(limit.max_count - running.count, 0), running.seconds, is_over)
