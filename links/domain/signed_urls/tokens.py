"""Bearer secrets: a stable link's token of 256 random bits, and URLs that were handed out. They are looked up by
their digests and never stored in clear."""

import base64
import hashlib
import re

_TOKEN = re.compile(r"\A([A-Za-z0-9_-]{0,43}).*\Z", re.DOTALL)  # 256 random bits in URL-safe base64
_SLUG = re.compile(r"\A([A-Za-z0-9-]*).*\Z", re.DOTALL)


def trim_token(text: str) -> str:
    """A token without what mail and chat glued to its end."""
    return _TOKEN.sub(r"\1", text)


def trim_slug(text: str) -> str:
    """A slug without what mail and chat glued to its end, in the small letters that it is stored in."""
    return _SLUG.sub(r"\1", text).strip("-").lower()


def derive_address(secret: str) -> str:
    """The address of a grant, made of its browser's secret: who knows the address alone cannot tell the secret."""
    made = hashlib.sha256(b"grant-address:" + secret.encode()).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(secret: str) -> bytes:
    """256 random bits, or a signature, need no keyed hash, and no lost key may ever kill the links."""
    return hashlib.sha256(secret.encode()).digest()
