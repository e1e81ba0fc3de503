"""The one link of each object for a purpose, found or made: what a storage asks for in a project that has no links
of its own. It is the one list that tells URLs, and each time is recorded."""

from typing import Annotated

from django.contrib.admin.models import ADDITION
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from links.api import problems
from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Text
from links.api.links.requests import Lifetime, find_customer
from links.api.links.routing import router
from links.api.problems import Problem
from links.domain.errors import Unavailable
from links.domain.people.scopes import Scope
from links.domain.promise import lifetimes
from links.domain.promise.terms import MAX_CUSTOMER_LENGTH, MAX_PASSWORD_LENGTH, MAX_PURPOSE_LENGTH
from links.domain.reasons import Reason
from links.domain.signed_urls.url_parts import MAX_URL_LENGTH
from links.queries.object_links import MAX_KEYS, find_endpoint
from links.services.link_terms import Terms
from links.services.links import browse, object_links, sharing, staff_log
from links.services.links.creation import NewLinkRequest
from links.texts.pages.histories import ADDED

MAX_BUCKET_LENGTH = 255
MAX_REGION_LENGTH = 40
MAX_KEY_LENGTH = 1024
Key = Annotated[Text, Field(min_length=1, max_length=MAX_KEY_LENGTH)]


class ObjectLinksIn(Body):
    """`lifetime`, `password` and `customer` are those of links that are made now."""

    bucket: Text = Field(min_length=1, max_length=MAX_BUCKET_LENGTH, description="Its name at its store.")
    endpoint: Text = Field("", max_length=MAX_URL_LENGTH, description="Its store's; empty for AWS.")
    region: Text = Field("", max_length=MAX_REGION_LENGTH)
    object_keys: list[Key] = Field(min_length=1, max_length=MAX_KEYS)
    purpose: Text = Field(
        min_length=1,
        max_length=MAX_PURPOSE_LENGTH,
        description="What the links are for: there is one for each object and purpose.",
    )
    lifetime: Lifetime
    password: Text = Field("", max_length=MAX_PASSWORD_LENGTH)
    customer: Text = Field("", max_length=MAX_CUSTOMER_LENGTH, description="By name; a new one is added.")


class ObjectLinkOut(Schema):
    """Of one object: its link's URL, which is a secret, or why it has none."""

    object_key: str
    url: str | None = None
    is_new: bool = False
    problem: Problem | None = None


class ObjectLinksOut(Schema):
    results: list[ObjectLinkOut]


@router.post(
    "/for-objects",
    response=ObjectLinksOut,
    auth=BearerToken(Scope.LINKS_WRITE),
    operation_id="find_or_create_object_links",
)
def find_or_create_object_links(request: HttpRequest, body: ObjectLinksIn) -> ObjectLinksOut:
    """Find or make the link of each of up to 1,000 objects of one bucket for one purpose. What has a link keeps it,
    whatever has become of it; a new one leads to whatever file has the key. The results are in the order of the keys.
    Links that were made for no purpose are never told. What could not be done in time, because there is much of it or
    the store did not answer, is `store-unanswered`: ask again."""
    require(request, "add_sharelink")
    owner, zone, now = require(request, "change_sharelink"), timezone.get_current_timezone(), timezone.now()
    lifetimes.parse(body.lifetime, zone=zone)  # refused once, and not for each object after its store was asked
    scope = sharing.find_scope(owner)
    bucket = browse.find_named(body.bucket, find_endpoint(body.endpoint, body.region), scope)
    customer = find_customer(body.customer, owner, now)
    terms = Terms(password=body.password or None, customer=customer, follows_latest=True)
    asked = [
        NewLinkRequest(bucket, key, body.lifetime, zone, scope, owner=owner, terms=terms, purpose=body.purpose)
        for key in dict.fromkeys(body.object_keys)
    ]
    found = {one.item.object_key: one for one in object_links.find_or_create_for(owner, asked, now)}
    made = [one.done.link for one in found.values() if one.done and one.done.is_new]
    staff_log.write(owner, ADDITION, made, ADDED)
    return ObjectLinksOut(results=[_write(found[key]) for key in body.object_keys])


def _write(one: object_links.Found) -> ObjectLinkOut:
    key = one.item.object_key
    if one.done:
        return ObjectLinkOut(object_key=key, url=one.done.url, is_new=one.done.is_new)
    refused = one.refused or Unavailable(Reason.STORE_UNANSWERED, bucket=one.item.bucket.name)
    return ObjectLinkOut(object_key=key, problem=problems.describe(refused))
