"""Finding links by what people have at hand: a number, a name, or the URL itself."""

import re

from django.db.models import Q

from links.domain.errors import Refused
from links.domain.signed_urls import Style, read
from links.domain.tokens import digest
from links.models import ShareLink
from links.services.probing import find_bucket

_TOKEN = re.compile(r"/s/([A-Za-z0-9_-]{16,})")


def find_by_token(text: str) -> ShareLink | None:
    """The link whose stable URL was pasted. Only the digest of its token is looked for."""
    found = _TOKEN.search(text)
    return ShareLink.objects.filter(token_hash=digest(found[1])).first() if found else None


def is_address(text: str) -> bool:
    return "://" in text or _TOKEN.search(text) is not None


def name_object(url: str) -> str:
    """The key of the object that a presigned URL names, which is no secret; empty for a URL that may be one whole."""
    try:
        signed = read(url)
    except Refused:
        return ""
    return find_bucket(signed)[1] if signed.style in (Style.SIGV4, Style.SIGV2) else ""


def match(text: str) -> Q:
    """The rows that speak of this text, or bear this number."""
    number = text.removeprefix("#")
    spoken = Q(object_key__icontains=text) | Q(note__icontains=text) | Q(filename__icontains=text)
    return spoken | Q(pk=int(number)) if number.isdecimal() and len(number) < 19 else spoken
