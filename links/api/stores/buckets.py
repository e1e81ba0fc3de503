"""Buckets: listed, read, and their objects looked through."""

from datetime import datetime
from typing import Annotated

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Text
from links.api.paging import PageRequest, add_next, find_page
from links.domain.buckets.bucket_states import BucketState
from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES
from links.domain.people.scopes import Scope
from links.models import Bucket
from links.queries.bucket_states import find_states
from links.services.links import browse, sharing

router = Router()
SEEN = ("view_bucket", "change_bucket", "add_sharelink")
MAX_TOKEN_LENGTH = 4_000


class BucketOut(Schema):
    id: int
    name: str
    endpoint: str = Field(description="Empty for AWS.")
    region: str
    addressing: str
    state: BucketState
    created_at: datetime


class BucketPageOut(Schema):
    items: list[BucketOut]
    next: str | None


class ObjectFilters(Schema):
    prefix: Text = Field("", max_length=MAX_OBJECT_KEY_BYTES, description="As in `reports/2026/`.")
    after: Text = Field("", max_length=MAX_TOKEN_LENGTH, description="`next` of the page before.")
    limit: Annotated[int, Field(ge=1, le=1_000)] = browse.PAGE


class ObjectOut(Schema):
    key: str
    size: int = Field(description="In bytes.")
    last_modified: datetime | None


class ObjectPageOut(Schema):
    """`folders` are the prefixes below this one, each with its slash."""

    folders: list[str]
    items: list[ObjectOut]
    next: str | None


@router.get("", response=BucketPageOut, auth=BearerToken(Scope.BUCKETS_READ), operation_id="list_buckets")
def list_buckets(request: HttpRequest, response: HttpResponse, chosen: Query[PageRequest]) -> BucketPageOut:
    """Buckets that the token's owner may look at, or may share from; those that were added last first."""
    page = find_page(seen_buckets(require(request, *SEEN)), chosen)
    add_next(request, response, page)
    states = find_states(Bucket.objects.filter(pk__in=[bucket.pk for bucket in page.rows]))
    return BucketPageOut(items=[write_bucket(bucket, states[bucket.pk]) for bucket in page.rows], next=page.next)


@router.get("/{int:bucket_id}", response=BucketOut, auth=BearerToken(Scope.BUCKETS_READ), operation_id="read_bucket")
def read_bucket(request: HttpRequest, bucket_id: int) -> BucketOut:
    bucket = _get(seen_buckets(require(request, *SEEN)), bucket_id)
    return write_bucket(bucket, find_states(Bucket.objects.filter(pk=bucket.pk))[bucket.pk])


@router.get(
    "/{int:bucket_id}/objects",
    response=ObjectPageOut,
    auth=BearerToken(Scope.BUCKETS_READ),
    operation_id="list_objects",
)
def list_objects(request: HttpRequest, bucket_id: int, chosen: Query[ObjectFilters]) -> ObjectPageOut:
    """What stands below a prefix and may be shared by the token's owner, in the store's order. The store is asked."""
    scope = sharing.find_scope(require(request, "add_sharelink"))
    bucket = _get(sharing.list_buckets(scope), bucket_id)
    page = browse.list_folder(bucket, chosen.prefix, scope, token=chosen.after, size=chosen.limit)
    items = [ObjectOut(key=item.key, size=item.size, last_modified=item.last_modified) for item in page.objects]
    return ObjectPageOut(folders=list(page.folders), items=items, next=page.next_token or None)


def seen_buckets(owner: User) -> QuerySet[Bucket]:
    if owner.has_perm("links.view_bucket") or owner.has_perm("links.change_bucket"):
        return Bucket.objects.select_related("key")
    return sharing.list_buckets(sharing.find_scope(owner))


def _get(buckets: QuerySet[Bucket], bucket_id: int) -> Bucket:
    found = buckets.filter(pk=bucket_id).first()
    if found is None:
        raise Http404
    return found


def write_bucket(bucket: Bucket, state: BucketState) -> BucketOut:
    return BucketOut(
        id=bucket.pk,
        name=bucket.name,
        endpoint=bucket.endpoint,
        region=bucket.region,
        addressing=bucket.addressing,
        state=state,
        created_at=bucket.created_at,
    )
