"""What programs say of a link that shall be made or changed, and what becomes of it in a request to the services."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.utils import timezone
from pydantic import Field, StringConstraints

from links.api.bodies import Body, Moment, RowNumber, Text, Whole, YesNo
from links.domain.judging.facts import Delivery
from links.domain.pasted.object_addresses import is_address
from links.domain.promise import lifetimes
from links.domain.promise.terms import (
    MAX_CUSTOMER_LENGTH,
    MAX_DOWNLOADS,
    MAX_FILENAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_PASSWORD_LENGTH,
    MAX_REFERENCE_LENGTH,
    MAX_REMIND_DAYS,
    MAX_SLUG_LENGTH,
    MAX_TITLE_LENGTH,
    TERMS,
)
from links.domain.signed_urls.url_parts import MAX_URL_LENGTH
from links.models import Customer, ShareLink
from links.services.link_terms import Terms
from links.services.links import browse, sharing
from links.services.links.creation import NewLinkRequest
from links.services.people import customers

Lifetime = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00]*$", max_length=lifetimes.MAX_TEXT_LENGTH),
    Field(
        description="“30 days”, “1 year”, “6 hours”, or an end: “2030-12-24”, “2030-12-24 18:00” in the site's zone, "
        "or “2030-12-24T18:00:00Z”.",
        examples=["30 days"],
    ),
]


class TermsIn(Body):
    """What may be said about a link, beside its object and its lifetime."""

    customer: Text = Field("", max_length=MAX_CUSTOMER_LENGTH, description="By name; a new one is added.")
    reference: Text = Field("", max_length=MAX_REFERENCE_LENGTH)
    title: Text = Field("", max_length=MAX_TITLE_LENGTH, description="What customers read above the file.")
    note: Text = Field("", max_length=MAX_NOTE_LENGTH, description="For staff alone.")
    filename: Text = Field("", max_length=MAX_FILENAME_LENGTH, description="Under which the file is saved.")
    password: Text | None = Field(
        None, max_length=MAX_PASSWORD_LENGTH, description="Kept as a hash, and never told again."
    )
    download_limit: Whole | None = Field(None, ge=1, le=MAX_DOWNLOADS)
    starts_at: Moment | None = None
    slug: Text = Field("", max_length=MAX_SLUG_LENGTH, description="Its address as /f/SLUG.")
    is_public: YesNo = Field(False, description="A slug without a password: anyone who knows the address downloads.")
    remind_days: Whole | None = Field(None, ge=1, le=MAX_REMIND_DAYS)
    notify_downloads: YesNo = False
    follows_latest: YesNo = Field(
        False, description="Lead to whatever file has the key; else a new file stops the link."
    )


class NewLinkIn(TermsIn):
    """A link that shall be made."""

    bucket: RowNumber | None = Field(None, description="Its number; not needed where `object_key` is an address.")
    object_key: Text = Field(
        min_length=1,
        max_length=MAX_URL_LENGTH,
        description="The object's full key, or its address as s3://bucket/key.",
        examples=["s3://files/report.pdf"],
    )
    lifetime: Lifetime
    delivery: Literal[Delivery.STABLE, Delivery.PRESIGNED] = Delivery.STABLE


class LinkChangesIn(Body):
    """What shall be otherwise about a link; what is left out stays. `null` and "" take away."""

    customer: Text | None = Field(None, max_length=MAX_CUSTOMER_LENGTH)
    reference: Text = Field("", max_length=MAX_REFERENCE_LENGTH)
    title: Text = Field("", max_length=MAX_TITLE_LENGTH)
    note: Text = Field("", max_length=MAX_NOTE_LENGTH)
    filename: Text = Field("", max_length=MAX_FILENAME_LENGTH)
    password: Text | None = Field(None, max_length=MAX_PASSWORD_LENGTH)
    download_limit: Whole | None = Field(None, ge=1, le=MAX_DOWNLOADS)
    starts_at: Moment | None = None
    slug: Text = Field("", max_length=MAX_SLUG_LENGTH)
    is_public: YesNo = False
    remind_days: Whole | None = Field(None, ge=1, le=MAX_REMIND_DAYS)
    notify_downloads: YesNo = False


def build_request(asked: NewLinkIn, owner: User, now: datetime) -> NewLinkRequest:
    """Raises what `browse.find_pasted` raises, and `Refused`: share-not-permitted, bucket-unregistered."""
    scope = sharing.find_scope(owner)
    if is_address(asked.object_key):
        bucket, key = browse.find_pasted(asked.object_key, owner)
    else:
        bucket, key = browse.find_numbered(asked.bucket, asked.object_key, scope), asked.object_key
    said: dict[str, Any] = {term.name: getattr(asked, term.name) for term in TERMS}
    terms = Terms(**{**said, "customer": find_customer(asked.customer, owner, now)})
    return NewLinkRequest(
        bucket,
        key,
        asked.lifetime,
        timezone.get_current_timezone(),
        scope,
        delivery=asked.delivery,
        owner=owner,
        terms=terms,
    )


def change_terms(link: ShareLink, asked: LinkChangesIn, owner: User, now: datetime) -> Terms:
    """The link's terms as they are, but for what was sent. A password that was not sent is kept."""
    said = asked.model_dump(exclude_unset=True)
    present = {term.name: getattr(link, term.name) for term in TERMS} | {"slug": link.slug or "", "password": None}
    if "customer" in said:
        said["customer"] = find_customer(said["customer"] or "", owner, now)
    if "password" in said:
        said["password"] = said["password"] or ""
    return Terms(**{**present, **said})


def find_customer(name: str, owner: User, now: datetime) -> Customer | None:
    """The customer of this name; unsaved where it is new, and none where it is empty."""
    return customers.find_or_build(name, now, owner) if name.strip() else None
