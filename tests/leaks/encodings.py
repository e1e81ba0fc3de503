"""A secret found however it was written: as it is, in Base64, in hexadecimal digits, percent-encoded, escaped."""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

_URL_SAFE = str.maketrans("-_", "+/")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)  # as Python, JSON and scripts have it
MIN_LENGTH = 12  # of what is sought: shorter words are in every text


@lru_cache(maxsize=10_000)
def _write(secret: str) -> tuple[str, str, tuple[str, ...]]:
    """As it is, in small hexadecimal digits, and what is whole of it in Base64, wherever in three bytes it begins."""
    raw = secret.encode(errors="surrogatepass")
    aligned = []
    for before in range(3):
        written = b64encode(b"\0" * before + raw).decode().rstrip("=")
        # Letters that also hold bits of what stands before and after are others each time.
        aligned.append(written[(0, 2, 3)[before] : len(written) - (1 if (before + len(raw)) % 3 else 0)])
    return secret, raw.hex(), tuple(aligned)


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3]


def find(secrets: Iterable[str], text: str) -> set[str]:
    """Those of the secrets that the text holds."""
    texts = {text}
    for _times in range(2):
        texts |= {unquote(each) for each in texts if "%" in each}
    texts |= {unescape(each) for each in texts if "&" in each}
    texts |= {_ESCAPE.sub(_unescape, each) for each in texts if "\\" in each}
    plain = "\n".join(texts)
    small, base64 = plain.lower(), plain.translate(_URL_SAFE)
    unbroken = base64.replace("\n", "") if "\n" in text.strip() else base64
    found = set()
    for secret in secrets:
        raw, digits, aligned = _write(secret)
        if raw in plain or digits in small or any(each in base64 or each in unbroken for each in aligned):
            found.add(secret)
    return found
