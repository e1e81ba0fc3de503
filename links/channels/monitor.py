"""A sign of life for a monitor outside: when it stops coming, the monitor alarms, whatever became of this machine."""

import structlog
from urllib3.exceptions import HTTPError

from links.domain.errors import HoldfastError
from links.net.http import get_status

TIMEOUT_SECONDS = 5.0  # seconds

log = structlog.get_logger(__name__)


def ping(url: str) -> bool:
    """GET the monitor's URL, as Healthchecks and its like take it; whether it answered well. Never raises.

    A redirect is no answer: it would lead to an address that nobody set. The URL is a secret and is logged nowhere.
    """
    try:
        status = get_status(url, seconds=TIMEOUT_SECONDS)
    except (HoldfastError, HTTPError, OSError) as error:
        code = error.code if isinstance(error, HoldfastError) else type(error).__name__
        log.warning("monitor not reached", error=code)
        return False
    if not 200 <= status < 300:
        log.warning("monitor not reached", status=status)
        return False
    return True
