"""Finding links by what people have at hand: a number, a name, or the URL itself."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from links.domain.errors import Refused, Unreadable
from links.domain.object_addresses import ObjectAddress, read_address
from links.domain.pasted.repair import repair
from links.domain.row_numbers import read_number
from links.domain.signed_urls import Style, read
from links.domain.tokens import digest
from links.models import Bucket, Customer, LinkText, ShareLink
from links.models.links import ShareLinkQuerySet, Viewer
from links.models.texts import among, compare, find, is_rare
from links.queries.bucket_registry import BucketRegistry, guess_key
from links.queries.own_urls import find_own, where_led_to

_TOKEN = re.compile(r"/([sg])/([A-Za-z0-9_-]{16,})")
_SLUG = re.compile(r"/f/([A-Za-z0-9-]+)/?(?![\w/-])")
_HOST = re.compile(r"(?<=[A-Za-z0-9])://(?:[^/?#\s@]*@)?([A-Za-z0-9.-]+)")
_SCHEME = re.compile(r"[A-Za-z0-9]{1,20}\Z")


def find_by_url(text: str, links: ShareLinkQuerySet) -> ShareLink | None:
    """The newest of these links whose URL was pasted: stable, by an address of its own, that of a download under way,
    presigned or foreign."""
    return next((link for where in _read_url(text) if (link := links.filter(where).order_by("-pk").first())), None)


def _read_url(text: str) -> Iterator[Q]:
    if token := _TOKEN.search(text):
        yield where_led_to(token[1], token[2])
    if "://" in text:
        yield Q(url_hash__in=[digest(text), digest(repair(text).url)])
    if slug := _SLUG.search(text):
        yield where_led_to("f", slug[1])


def is_address(text: str) -> bool:
    return "://" in text or _TOKEN.search(text) is not None or _read_place(text) is not None


def is_hidden(text: str, viewer: Viewer) -> bool:
    """Whether a link of this site has this URL that the viewer may not know of."""
    try:
        own = find_own(read(text), viewer)
    except Refused:
        return False
    return own is not None and own.is_hidden


def name_object(text: str, known: QuerySet[Bucket]) -> str:
    """The object that an address names, which is no secret; empty for a URL that may be one whole. A URL that leads to
    another bucket of ours than those that the reader knows reads as a stranger's."""
    if place := _read_place(text):
        return _write_place(place)
    try:
        url = read(text)
    except Refused:
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


def _read_place(text: str) -> ObjectAddress | None:
    try:
        place = read_address(text)
    except Unreadable:
        return None
    return None if place is None or "\0" in text + place.bucket + place.key else place


def _write_place(place: ObjectAddress) -> str:
    return f"s3://{place.bucket}/{place.key}"


_SPOKEN = ("object_key", "title", "filename", "note", "slug")
_CALLED = ("customer__name", "customer__mail")


def match(text: str) -> Q:
    """The rows that speak of this text, are for a customer who is called so, or bear this number; for the address of
    an object, or of a folder, those that lead there."""
    if place := _read_place(text):
        key = {"object_key__startswith": place.key} if place.is_folder else {"object_key": place.key}
        return Q(bucket__name=place.bucket, **key)
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
