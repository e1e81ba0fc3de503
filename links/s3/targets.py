"""A URL that is to be asked, taken apart by us."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from links.domain.signed_urls.url_parts import DEFAULT_PORTS, MAX_URL_LENGTH, split_raw
from links.net.dns import Endpoint


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart by us, so that curl and the guard cannot read two hosts in it."""

    scheme: str
    host: str
    port: int
    rest: str = field(repr=False)

    @property
    def endpoint(self) -> Endpoint:
        return self.host.strip("[]"), self.port

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{self.rest}"

    @property
    def secrets(self) -> list[str]:
        """Whatever of the query is long enough to be a signature, a credential or a token."""
        query = self.rest.partition("?")[2]
        raw = [pair.partition("=")[2] for pair in query.split("&")]
        decoded = [value for _, value in parse_qsl(query)]
        return sorted({value for value in (*raw, *decoded) if len(value) >= 12}, key=len, reverse=True)


_AUTHORITY = re.compile(r"([a-z0-9._-]{1,253}|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.IGNORECASE)


def read_target(url: str) -> Target | None:
    text = url.strip()
    if len(text) > MAX_URL_LENGTH or not re.fullmatch(r"[!-~\x80-\U0010ffff]+", text):
        return None
    try:
        parts = split_raw(text)
        text.encode()
    except ValueError:
        return None
    authority = _AUTHORITY.fullmatch(parts.netloc)
    if parts.scheme not in DEFAULT_PORTS or not authority:
        return None
    port = int(authority[2] or DEFAULT_PORTS[parts.scheme])
    if not 0 < port < 65536:
        return None
    rest = text.partition("#")[0].split("//", 1)[1][len(parts.netloc) :]
    return Target(parts.scheme, authority[1].lower(), port, rest if rest.startswith("/") else "/" + rest)
