"""The id of a request: by it the lines that a proxy, the site and its workers wrote about one click are found."""

import re
from uuid import uuid4

HEADER = "X-Request-ID"
_SAFE = re.compile(r"[0-9A-Fa-f-]{16,64}", re.ASCII)


def read_request_id(text: str) -> str:
    """The id that a proxy told; "" for what is none. Hexadecimal digits and hyphens, as nginx, HAProxy and Envoy make
    them: no word, no markup and no link's token comes into a log by it.

    >>> read_request_id("7f3a90c5-6f0e-4a7e-9d55-0f4f7c2b1a11")
    '7f3a90c5-6f0e-4a7e-9d55-0f4f7c2b1a11'
    """
    return text if _SAFE.fullmatch(text) else ""


def make_request_id() -> str:
    return str(uuid4())
