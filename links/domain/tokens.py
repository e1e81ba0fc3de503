"""Bearer secrets: a stable link's token of 256 random bits, and URLs that were handed out. They are looked up by
their digests and never stored in clear."""

import hashlib


def digest(secret: str) -> bytes:
    """256 random bits, or a signature, need no keyed hash, and no lost key may ever kill the links."""
    return hashlib.sha256(secret.encode()).digest()
