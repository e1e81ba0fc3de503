"""Who asks, and whether by https, where proxies stand in front: decided once, before anything else looks."""

import ipaddress
from collections.abc import Callable, Mapping
from functools import cache

import structlog
from django.http import HttpRequest, HttpResponseBase

from links.conf import site
from links.lib.forwarded_headers import (
    NOBODY,
    PROXY_USER,
    Forwarded,
    read_address,
    read_forwarded,
    read_network,
    read_user,
    read_x_forwarded,
)

log = structlog.get_logger(__name__)

FORWARDED = "forwarded"
REQUEST_ID = "HTTP_X_REQUEST_ID"  # which only a trusted proxy tells
_CLAIMS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP")


class ProxyHeaders:
    """Puts the visitor's address and scheme where Django and everybody else look for them, and takes away what
    anybody may have claimed: nobody further in can believe it by mistake.

    By default only `Forwarded` is read. WSGI knows `X-Forwarded-For` and `X_Forwarded_For` by one name, and which of
    the two it was cannot be told: a proxy that overwrites the first passes on a visitor's own second. `Forwarded` has
    no hyphen and therefore no double.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forwarded = _read(request.META)
        if site.TRUSTED_PROXIES and forwarded == NOBODY and not self._has_warned:
            self._has_warned = True  # once for each process: it is how the proxy is set, not what a visitor does
            log.warning("no trusted proxy told who asks", expected=site.PROXY_HEADERS, see="docs/proxies.md")
        for name in [name for name in request.META if name.startswith(_CLAIMS)]:
            del request.META[name]
        if not forwarded.address:
            request.META.pop(REQUEST_ID, None)
        connected = str(request.META.get("REMOTE_ADDR", ""))
        request.META.pop(PROXY_USER, None)
        if site.TRUSTED_USER_HEADER:
            named = request.META.pop(f"HTTP_{site.TRUSTED_USER_HEADER.upper()}", "")
            if forwarded.address and _may_name_users(connected):
                request.META[PROXY_USER] = read_user(str(named))
        request.META["REMOTE_ADDR"] = forwarded.address or read_address(connected) or connected
        if forwarded.scheme:
            request.META["wsgi.url_scheme"] = forwarded.scheme
        return self.get_response(request)


def _read(meta: Mapping[str, object]) -> Forwarded:
    """Not of `request.headers`, which would remember what is taken away here."""
    proxies = site.TRUSTED_PROXIES
    if site.PROXY_HEADERS == FORWARDED:
        return read_forwarded(str(meta.get("HTTP_FORWARDED", "")), proxies)
    addresses, schemes = (str(meta.get(f"HTTP_X_FORWARDED_{name}", "")) for name in ("FOR", "PROTO"))
    return read_x_forwarded(addresses, schemes, proxies)


def _may_name_users(connected: str) -> bool:
    """Whoever connects from one of the addresses of our own proxies that `TRUSTED_USER_FROM` lists, and no one where it
    lists none: that there are proxies does not say that nobody can come past them."""
    address = read_address(connected)
    return bool(address) and any(
        ipaddress.ip_address(address) in network for network in _read_networks(tuple(site.TRUSTED_USER_FROM))
    )


@cache
def _read_networks(named: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """What is none is named by a check of the settings, and trusted by nobody."""
    return list(filter(None, map(read_network, named)))
