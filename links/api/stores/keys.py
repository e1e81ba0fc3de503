"""Signing keys: how they stand, and what rotating one would do. No secret is ever told."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.paging import PageRequest, add_next, find_page
from links.domain.credentials import KeyState
from links.domain.people.scopes import Scope
from links.models import SigningKey
from links.services.keys.rotation import plan_rotation
from links.texts.pages import rotations

router = Router()
SEEN = ("view_signingkey", "change_signingkey")


class KeyOut(Schema):
    id: int
    label: str
    access_key_id: str
    endpoint: str = Field(description="Empty for AWS.")
    region: str
    state: KeyState
    state_code: str = Field(description="Why it was refused; empty where it was not.")
    arn: str
    made_at: datetime | None = Field(description="When it was made at its store, where that is known.")
    created_at: datetime
    proved_at: datetime | None
    checked_at: datetime | None
    rotation_due_at: datetime | None
    replaced_at: datetime | None


class KeyPageOut(Schema):
    items: list[KeyOut]
    next: str | None


class RotationOut(Schema):
    """What rotating the key would do; of one that was replaced, what deleting it at its store still would. Only links
    whose promise runs are counted."""

    buckets: list[str]
    stable_count: int = Field(description="Links that go on with the new key.")
    presigned_count: int = Field(description="URLs that it signed, and that work until it is deleted.")
    foreign_count: int = Field(description="Monitored URLs that it signed elsewhere.")
    last_ends_at: datetime | None = Field(description="When the last of these URLs ends.")
    consequences: list[str]


@router.get("", response=KeyPageOut, auth=BearerToken(Scope.KEYS_READ), operation_id="list_keys")
def list_keys(request: HttpRequest, response: HttpResponse, chosen: Query[PageRequest]) -> KeyPageOut:
    """Keys, those that were added last first; also those that were replaced."""
    require(request, *SEEN)
    page = find_page(SigningKey.objects.all(), chosen)
    add_next(request, response, page)
    return KeyPageOut(items=[write_key(key) for key in page.rows], next=page.next)


@router.get("/{int:key_id}", response=KeyOut, auth=BearerToken(Scope.KEYS_READ), operation_id="read_key")
def read_key(request: HttpRequest, key_id: int) -> KeyOut:
    require(request, *SEEN)
    return write_key(get_key(key_id))


@router.get(
    "/{int:key_id}/rotation", response=RotationOut, auth=BearerToken(Scope.KEYS_READ), operation_id="preview_rotation"
)
def preview_rotation(request: HttpRequest, key_id: int) -> RotationOut:
    """As on the page on which the key would be rotated. Nothing is changed, and no store is asked."""
    require(request, "change_signingkey")
    key = get_key(key_id)
    plan = plan_rotation(key, timezone.now())
    return RotationOut(
        buckets=list(plan.buckets),
        stable_count=plan.stable_count,
        presigned_count=plan.presigned_count,
        foreign_count=plan.foreign_count,
        last_ends_at=plan.last_ends_at,
        consequences=[] if key.replaced_at else rotations.list_consequences(plan),
    )


def get_key(key_id: int) -> SigningKey:
    """Raises `Http404`."""
    found = SigningKey.objects.filter(pk=key_id).first()
    if found is None:
        raise Http404
    return found


def write_key(key: SigningKey) -> KeyOut:
    return KeyOut(
        state=key.key_state,
        id=key.pk,
        rotation_due_at=None if key.replaced_at else key.rotation_due_at,
        **{name: getattr(key, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    *("label", "access_key_id", "endpoint", "region", "state_code", "arn", "made_at", "created_at", "proved_at"),
    *("checked_at", "replaced_at"),
)
