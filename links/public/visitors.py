"""Who asks, as far as a request tells."""

import ua_parser
from django.http import HttpRequest

from links.lib.byte_ranges import PartAsked
from links.services.visits.clicks import Visitor

LONGEST_AGENT = 500


def read_visitor(request: HttpRequest) -> Visitor:
    return Visitor(
        address=find_address(request),
        browser=name_browser(request.headers.get("User-Agent", "")),
        part=PartAsked(request.headers.get("Range", ""), request.headers.get("If-Range", "")),
    )


def find_address(request: HttpRequest) -> str:
    """The visitor's address, as `ProxyHeaders` found it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def name_browser(agent: str) -> str:
    """The family alone, as "Firefox" or "curl": the whole line would tell people apart."""
    found = ua_parser.parse(agent[:LONGEST_AGENT]).user_agent if agent else None
    return found.family[:40] if found else ""
