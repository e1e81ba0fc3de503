"""Finding links by what people have at hand: a number, a name, or the URL itself."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from links.admin.pages import read_number
from links.domain.errors import Refused
from links.domain.mending import mend
from links.domain.signed_urls import Style, read
from links.domain.tokens import digest, trim_token
from links.models import Customer, LinkText, ShareLink
from links.models.links import ShareLinkQuerySet
from links.models.texts import among, compare, find, is_rare
from links.services.probing import find_bucket

_TOKEN = re.compile(r"/s/([A-Za-z0-9_-]{16,})")
_SLUG = re.compile(r"/f/([A-Za-z0-9-]+)/?(?:[^\w/-].*)?$")


def find_by_url(text: str, links: ShareLinkQuerySet) -> ShareLink | None:
    """The newest of these links whose URL was pasted: stable, by an address of its own, presigned or foreign. Tokens
    and URLs are looked for by their digests."""
    return next((link for where in _read_url(text) if (link := links.filter(where).order_by("-pk").first())), None)


def _read_url(text: str) -> Iterator[Q]:
    if token := _TOKEN.search(text):
        yield Q(token_hash=digest(trim_token(token[1])))
    if "://" in text:
        yield Q(url_hash__in=[digest(text), digest(mend(text).url)])
    if slug := _SLUG.search(text):
        yield Q(slug__in=[slug[1], slug[1].lower()])


def is_address(text: str) -> bool:
    return "://" in text or _TOKEN.search(text) is not None


def name_object(url: str) -> str:
    """The key of the object that a presigned URL names, which is no secret; empty for a URL that may be one whole."""
    try:
        signed = read(url)
    except Refused:
        return ""
    return find_bucket(signed)[1] if signed.style in (Style.SIGV4, Style.SIGV2) else ""


_SPOKEN = ("object_key", "title", "filename", "note", "slug")
_CALLED = ("customer__name", "customer__mail")


def match(text: str) -> Q:
    """The rows that speak of this text, are for a customer who is called so, or bear this number."""
    number, spoken = read_number(text.removeprefix("#")), compare(_SPOKEN, text)
    is_found = is_rare(ShareLink.objects.all(), text, spoken | compare(_CALLED, text))
    found = among(_find(text)) if is_found else spoken | Q(customer__in=_call(text))
    return found if number is None else found | Q(pk=number)


def _call(text: str) -> QuerySet[Customer, Any]:
    return Customer.objects.filter(compare(Customer.searched, text)).values("pk")


def _find(text: str) -> QuerySet[ShareLink, Any]:
    """The keys of the rows that `match` means, by the indexes of their own texts and of their customers'."""
    theirs = ShareLink.objects.filter(among(find(Customer, text), "customer"))
    return theirs.order_by().values("pk").union(find(LinkText, text).values("pk"), all=True)
