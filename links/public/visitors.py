"""Who asks, as far as a request tells."""

from functools import lru_cache

import ua_parser
from django.http import HttpRequest

from links.domain.visits.previews import MAX_AGENT_LENGTH, find_previewer, is_prefetch
from links.lib.byte_ranges import PartAsked
from links.services.visits.clicks import Visitor

REMEMBERED_AGENTS = 1_000
_PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def read_visitor(request: HttpRequest) -> Visitor:
    browser, is_previewer = read_agent(request.META.get("HTTP_USER_AGENT", "")[:MAX_AGENT_LENGTH])
    return Visitor(
        address=find_address(request),
        browser=browser,
        part=PartAsked(request.headers.get("Range", ""), request.headers.get("If-Range", "")),
        is_preview=is_previewer or asks_ahead(request),
    )


def find_address(request: HttpRequest) -> str:
    """The visitor's address, as `ProxyHeaders` found it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def asks_ahead(request: HttpRequest) -> bool:
    """Whether it is a browser that prefetches."""
    meta = request.META
    return any(is_prefetch(meta[name]) for name in _PURPOSES if name in meta)


@lru_cache(maxsize=REMEMBERED_AGENTS)
def read_agent(agent: str) -> tuple[str, bool]:
    """The family alone, as "Firefox" or "curl", since the whole line would tell people apart; and whether it is a
    program that opens links ahead of people. Remembered, because to read a line takes many times as long as the rest
    of a click's reading."""
    if not agent:
        return "", False
    found = ua_parser.parse(agent)
    family = found.user_agent.family if found.user_agent else ""
    previewer = find_previewer(agent, family, found.device.family if found.device else "")
    return (previewer or family)[:40], bool(previewer)
