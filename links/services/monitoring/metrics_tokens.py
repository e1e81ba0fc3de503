"""Who asks for figures shows the token of `METRICS_TOKEN`. Wrong ones are counted by network."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils.crypto import constant_time_compare

from links.conf import site
from links.domain.visits.throttling import Limit, name_network
from links.services import throttle
from links.services.addresses import keep_address
from links.services.throttle import Key

log = structlog.get_logger(__name__)

WRONG_TOKENS = Limit(60, timedelta(minutes=15))
"""Of one network. A Prometheus with an outdated token asks four times a minute."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether the token is right; `wait` is for how many seconds this network's tokens are not looked at, or 0."""

    is_right: bool
    wait: int = 0


def try_token(token: str, address: str, now: datetime) -> Tried:
    """Beyond the limit no token of the network is looked at, the right one neither: else guessing would go on."""
    wrong = Key("metrics-token", (name_network(address),))
    if (throttle.count(wrong, now) or 0) >= WRONG_TOKENS.max_count:
        return Tried(is_right=False, wait=max(throttle.find_wait(wrong, now), 1))
    if constant_time_compare(token, site.METRICS_TOKEN):
        return Tried(is_right=True)
    throttle.take(wrong, WRONG_TOKENS, now)
    if throttle.count(wrong, now) == WRONG_TOKENS.max_count:
        log.warning("tokens for /metrics are guessed", network=keep_address(address))
    return Tried(is_right=False)
