"""Addresses of this site: what a link's is, and whether a URL that was pasted is a link of ours, and which."""

import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db.models import Q

from links.conf import site
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.signed_urls.tokens import digest, trim_slug, trim_token
from links.domain.signed_urls.url_parts import split
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries import database

_ADDRESS = re.compile(r"/(?P<kind>[sfg])/(?P<name>[^/]+)/?")


@dataclass(frozen=True, slots=True)
class OwnUrl:
    """An address of this site. `link` is None where there is no such link, or where there is one that the viewer may
    not know of (`is_hidden`); `is_known` is False where that cannot be told, without a database to ask."""

    link: ShareLink | None
    is_known: bool = True
    is_hidden: bool = False

    @property
    def leads_nowhere(self) -> bool:
        return self.is_known and self.link is None and not self.is_hidden


def slug_url(slug: str) -> str:
    return f"{site.BASE_URL}/f/{slug}"


def stable_url(token: str) -> str:
    return f"{site.BASE_URL}/s/{token}"


def reveal_url(link: ShareLink) -> str:
    """The URL to hand out, which is a secret. Raises `Unavailable("secrets-unreadable")`."""
    if link.slug:
        return slug_url(link.slug)
    if link.token:
        return stable_url(link.token.open())
    return link.url.open() if link.url else ""


def find_own_link(url: SignedUrl, viewer: Viewer) -> OwnUrl | None:
    """The link that a URL of ours leads to, as far as the viewer may know; None for anybody else's URL.

    A token is found by its hash, on whatever host: this site may have moved. A slug, which others may use as well,
    is ours at BASE_URL only.
    """
    if url.style is not Style.UNSIGNED:
        return None
    own = split(site.BASE_URL or "https://site.invalid")
    found = _ADDRESS.fullmatch(url.path.removeprefix(own.path.rstrip("/")))
    if found is None:
        return None
    here = url.host == own.host
    link = _look_up(found["kind"], found["name"]) if here or found["kind"] != "f" else None
    if link is not None:
        return OwnUrl(link) if link.is_seen_by(viewer) else OwnUrl(None, is_hidden=True)
    return OwnUrl(None, is_known=database.is_there()) if here else None


def where_led_to(kind: str, name: str) -> Q:
    """The link to which `/s/` and a token, `/f/` and a slug, or `/g/` and the name of a download under way lead. What
    mail and chat glued to the name's end does not count. Tokens are looked for by their digests."""
    if kind == "f":
        return Q(slug=trim_slug(name))
    hashed = digest(trim_token(name))
    return Q(token_hash=hashed) if kind == "s" else Q(grants__token_hash=hashed)


def _look_up(kind: str, name: str) -> ShareLink | None:
    if not database.is_there():
        return None
    try:
        return ShareLink.objects.filter(where_led_to(kind, name)).first()
    except (DatabaseError, ImproperlyConfigured, UnicodeEncodeError, ValueError):
        return None
