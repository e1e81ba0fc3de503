"""Which hosts our server may connect to, judged by every address that their names have.

Public addresses need no leave. Private and loopback ones are for hosts that the setting `PROBE_ALLOWED_HOSTS` names:
whoever runs the server decides that, and no row does. Metadata services and link-local addresses are never asked.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from links.conf import site
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.lib.network import Reach, judge_address

_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"})


def require_allowed(host: str, port: int, addresses: Iterable[str], *, trusted: bool = False) -> None:
    """Refuse a host if any of its addresses may not be connected to: a good one must not excuse a bad one.

    `trusted` hosts, which the operator's own settings name, may be private without further leave.
    Raises `Refused`: endpoint-forbidden; endpoint-private, with `host` as the setting would have to name it.
    """
    reach = max(map(judge_address, addresses), default=Reach.NEVER)
    if reach is Reach.NEVER:
        raise Refused(Reason.ENDPOINT_FORBIDDEN, host=host)
    if reach is Reach.PRIVATE and not trusted and not _has_leave(host, port):
        raise Refused(Reason.ENDPOINT_PRIVATE, host=f"{_bracket(_plain(host))}:{port}")


def _has_leave(host: str, port: int) -> bool:
    """Of a project that has the storage alone every endpoint stands in its own settings: they are the leave. Where
    endpoints come out of rows, only this setting is."""
    if is_named(host, port, site.PROBE_ALLOWED_HOSTS):
        return True
    return not any(app == "links" or app.startswith("links.apps.") for app in settings.INSTALLED_APPS)


def is_named(host: str, port: int, names: Iterable[str]) -> bool:
    """Whether one of these names is this host's: `host` or `host:port`, `.host` for every host below it."""
    plain = _plain(host)
    below = {"." + plain.split(".", dots)[-1] for dots in range(1, plain.count(".") + 1)}
    return any(
        name in ({plain} | below) and named_port in ("", str(port)) for name, named_port in map(_split_port, names)
    )


def is_metadata(host: str) -> bool:
    """Whether a setting that names this host (`host`, `host:port`, `.host`) names what is never asked, without asking
    for the addresses of a name."""
    name = read_name(host)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _METADATA_NAMES
    return judge_address(name) is Reach.NEVER


def read_name(host: str) -> str:
    """The name or address alone of `host`, `host:port` or `.host`, in small letters; "" for what is no host."""
    try:
        return (urlsplit(f"//{host.removeprefix('.')}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _split_port(name: str) -> tuple[str, str]:
    """`minio:9000`, `[fd00::1]:9000`; an IPv6 address without brackets has no port."""
    host, colon, port = name.strip().rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return _plain(host), port
    return _plain(name.strip()), ""


def _plain(host: str) -> str:
    """One spelling: lower case, ASCII (IDNA), no dot at the end, no brackets."""
    host = host.strip("[]").lower().removesuffix(".")
    try:
        return ipaddress.ip_address(host).compressed
    except ValueError:
        pass
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host
