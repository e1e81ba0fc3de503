"""Who asks, as far as a request tells."""

import ua_parser
from django.conf import settings
from django.http import HttpRequest

from links.domain.admission import begins_midway
from links.services.visit import Visitor

LONGEST_AGENT = 500


def read_visitor(request: HttpRequest) -> Visitor:
    return Visitor(
        address=find_address(request),
        browser=name_browser(request.headers.get("User-Agent", "")),
        goes_on=begins_midway(request.headers.get("Range", "")),
    )


def find_address(request: HttpRequest) -> str:
    """The client's address: with `TRUSTED_PROXIES` proxies in front, what the outermost of them wrote.

    Each proxy appends whom it heard, so we count from the right: anything further left is the client's own claim.
    A request that came past one of the proxies is known by its connection alone.
    """
    claimed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(claimed) >= proxies:
        return claimed[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def name_browser(agent: str) -> str:
    """The family alone, as "Firefox" or "curl": the whole line would tell people apart."""
    found = ua_parser.parse(agent[:LONGEST_AGENT]).user_agent if agent else None
    return found.family[:40] if found else ""
