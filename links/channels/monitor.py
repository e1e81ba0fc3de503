"""A sign of life for a monitor outside: when it stops coming, the monitor alarms, whatever became of this machine."""

import http.client
import urllib.error
import urllib.request

import structlog

DEADLINE = 5.0  # seconds

log = structlog.get_logger(__name__)


def ping(url: str) -> bool:
    """GET the monitor's URL, as Healthchecks and its like take it; whether it answered well. Never raises.

    The URL is a secret and is logged nowhere.
    """
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:  # noqa: S310  the operator's own setting
            return bool(answer.status < 400)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        log.warning("monitor not reached", error=type(error).__name__)
        return False
