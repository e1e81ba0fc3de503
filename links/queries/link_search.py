"""Finding links by what people have at hand: a number, a name, or the URL itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any
from unicodedata import normalize

from django.db.models import Q, QuerySet

from links.domain.errors import Unreadable
from links.domain.pasted.object_addresses import ObjectAddress, read_address
from links.domain.pasted.urls import PastedUrl, read_pasted
from links.domain.promise.terms import TERMS
from links.domain.row_numbers import read_number
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, Customer, LinkText, ShareLink
from links.models.links.share_links import ShareLinkQuerySet, Viewer
from links.models.search import among, compare, find, is_rare
from links.queries.bucket_registry import BucketRegistry, guess_key
from links.queries.own_urls import find_own_link, where_led_to

_TOKEN = re.compile(r"/([sg])/([A-Za-z0-9_-]{16,})")
_SLUG = re.compile(r"/f/([A-Za-z0-9-]+)/?(?![\w/-])")
_HOST = re.compile(r"(?<=[A-Za-z0-9])://(?:[^/?#\s@]*@)?([A-Za-z0-9.-]+)")
_SCHEME = re.compile(r"[A-Za-z0-9]{1,20}\Z")


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """What somebody searches for, read once. It may be a URL, which is a secret: it is not printed."""

    text: str = field(repr=False)
    place: ObjectAddress | None = None
    pasted: PastedUrl | None = None

    @property
    def is_address(self) -> bool:
        return self.place is not None or "://" in self.text or _TOKEN.search(self.text) is not None


def read_term(text: str) -> SearchTerm:
    """The address of an object, a URL in whatever mail or chat made of it, or words."""
    place = _read_place(text)
    return SearchTerm(text, place, _read_pasted(text) if place is None and "://" in text else None)


def find_by_url(term: SearchTerm, links: ShareLinkQuerySet) -> ShareLink | None:
    """The newest of these links whose URL was pasted: stable, by an address of its own, that of a download under way,
    presigned or foreign."""
    return next((link for where in _list_ways(term) if (link := links.filter(where).order_by("-pk").first())), None)


def _list_ways(term: SearchTerm) -> Iterator[Q]:
    if token := _TOKEN.search(term.text):
        yield where_led_to(token[1], token[2])
    if term.pasted:
        yield Q(url_hash__in=[digest(term.pasted.text), digest(term.pasted.url)])
    if slug := _SLUG.search(term.text):
        yield where_led_to("f", slug[1])


def is_hidden(term: SearchTerm, viewer: Viewer) -> bool:
    """Whether a link of this site has this URL that the viewer may not know of."""
    own = find_own_link(term.pasted.signed, viewer) if term.pasted else None
    return own is not None and own.is_hidden


def name_object(term: SearchTerm, known: QuerySet[Bucket]) -> str:
    """The object that an address names, which is no secret; empty for a URL that may be one whole. A URL that leads to
    another bucket of ours than those that the reader knows reads as a stranger's."""
    if term.place:
        return _write_place(term.place)
    url = _read_file_url(term)
    if url is None:
        return ""
    bucket, key = BucketRegistry.read().find_bucket(url)
    if bucket is not None and known.filter(pk=bucket.pk).exists():
        return _write_place(ObjectAddress(bucket.name, key))
    key = guess_key(url)
    return key if url.style in (Style.SIGV4, Style.SIGV2) else ""


def name_host(text: str) -> str:
    """All of a pasted URL that is surely no secret. As a search it finds nothing."""
    found = _HOST.search(text)
    scheme = _SCHEME.search(text[max(found.start() - 20, 0) : found.start()]) if found else None
    return f"{scheme[0].lower()}://{found[1]}/…" if found and scheme else "…/…"


def _read_pasted(text: str) -> PastedUrl | None:
    try:
        return read_pasted(text)
    except Unreadable:
        return None


def _read_file_url(term: SearchTerm) -> SignedUrl | None:
    try:
        return term.pasted.of_file().signed if term.pasted else None
    except Unreadable:
        return None


def _read_place(text: str) -> ObjectAddress | None:
    try:
        place = read_address(text)
    except Unreadable:
        return None
    return None if place is None or "\0" in text + place.bucket + place.key else place


def _write_place(place: ObjectAddress) -> str:
    return f"s3://{place.bucket}/{place.key}"


MAX_WORDS = 5  # that are looked for one by one: each is a search of its own
_SPOKEN = ("object_key", *(term.name for term in TERMS if term.is_searched))
_CALLED = ("customer__name", "customer__mail")


def match(text: str) -> Q:
    """The rows that speak of this text, are for a customer who is called so, or bear this number; for the address of
    an object, or of a folder, those that lead there. Several words may stand in any order, each in another field."""
    if place := _read_place(text):
        key = {"object_key__startswith": place.key} if place.is_folder else {"object_key": place.key}
        return Q(bucket__name=place.bucket, **key)
    number = read_number(normalize("NFKC", text).removeprefix("#"))  # a Japanese keyboard writes full-width digits
    found = _match_part(text)
    if 1 < len(words := text.split()) <= MAX_WORDS:
        found |= reduce(and_, map(_match_part, words))
    return found if number is None else found | Q(pk=number)


def _match_part(text: str) -> Q:
    spoken = compare(_SPOKEN, text)
    is_found = is_rare(ShareLink.objects.all(), text, spoken | compare(_CALLED, text))
    return among(_find(text)) if is_found else spoken | Q(customer__in=_call(text))


def _call(text: str) -> QuerySet[Customer, Any]:
    return Customer.objects.filter(compare(Customer.searched, text)).values("pk")


def _find(text: str) -> QuerySet[ShareLink, Any]:
    """The keys of the rows that `match` means, by the indexes of their own texts and of their customers'."""
    theirs = ShareLink.objects.filter(among(find(Customer, text), "customer"))
    return theirs.order_by().values("pk").union(find(LinkText, text).values("pk"), all=True)
