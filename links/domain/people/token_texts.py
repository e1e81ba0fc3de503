"""The text of an API token: `hf_`, a public id by which a token that leaked is found, and 256 random bits."""

import re

PREFIX = "hf_"
PUBLIC_ID_BYTES = 10
SECRET_BYTES = 32
_TOKEN = re.compile(r"\Ahf_([a-z2-7]{16})_[A-Za-z0-9_-]{43}\Z")


def write_token(public_id: str, secret: str) -> str:
    return f"{PREFIX}{public_id}_{secret}"


def read_public_id(text: str) -> str | None:
    """None for what is no API token."""
    found = _TOKEN.fullmatch(text)
    return found[1] if found else None
