"""Who may share what: the one question that is asked wherever an object of a bucket is looked at or a link to it is
made, and the permissions that answer it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from links.domain.audit.acts import Act
from links.domain.errors import HoldfastError, Refused
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING, ShareScope, check_prefix, find_meant
from links.models import Bucket, ShareLink, SharePermission
from links.queries.staff import list_able
from links.s3 import objects
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.click_signing import open_bucket
from links.texts.people import name_person


def find_scope(user: User) -> ShareScope:
    """What somebody may share now: everything with the permission `share_everything`, as superusers and managers have
    it; else what was given to them or to one of their roles. Nothing for who is not active."""
    if user.has_perm("links.share_everything"):
        return EVERYTHING
    given = SharePermission.objects.of(user) if user.is_active else SharePermission.objects.none()
    askable = list_able("links.add_sharepermission")
    return ShareScope(tuple(permission.to_prefix() for permission in given), askable=askable)


def find_scope_of(person: User) -> ShareScope:
    """The same, where it is somebody else who asks: a refusal names the person."""
    scope = find_scope(person)
    return ShareScope(scope.prefixes, scope.covers_everything, scope.askable, name_person(person))


def require_share(scope: ShareScope, bucket: Bucket, key: str) -> None:
    """Raises `Refused("share-not-permitted")`. Ask before the store is asked: its answer would tell whether there is
    such an object."""
    if not scope.may_share(bucket.pk, key):
        raise refuse_share(scope, bucket.name, key)


def require_end(scope: ShareScope, bucket: Bucket, key: str, until: datetime, now: datetime) -> None:
    """Raises `Refused`: `share-not-permitted`, `share-lifetime-too-long`."""
    require_share(scope, bucket, key)
    last = scope.find_last_end(bucket.pk, key, now)
    if last is not None and until > last:
        days = (last - now).days
        raise Refused(Reason.SHARE_LIFETIME_TOO_LONG, days=days, person=scope.person, askable=_join(scope.askable))


def refuse_share(scope: ShareScope, bucket: str, key: str) -> Refused:
    """The names are those that were entered. A bucket that is not theirs and one that is not there read alike."""
    return Refused(
        Reason.SHARE_NOT_PERMITTED, object_key=key, bucket=bucket, person=scope.person, askable=_join(scope.askable)
    )


def list_buckets(scope: ShareScope) -> QuerySet[Bucket]:
    """Those from which anything may be shared, with their keys."""
    buckets = Bucket.objects.select_related("key")
    return buckets if scope.covers_everything else buckets.filter(pk__in=scope.list_buckets())


def list_known_buckets(user: User) -> QuerySet[Bucket]:
    """Those whose names somebody knows: they may share from them, or see links to their objects."""
    scope = find_scope(user)
    if scope.covers_everything or user.has_perm("links.view_bucket"):
        return Bucket.objects.all()
    theirs = Exists(ShareLink.objects.seen_by(user).filter(bucket=OuterRef("pk")))
    return Bucket.objects.filter(Q(pk__in=scope.list_buckets()) | theirs)


# Giving and withdrawing -------------------------------------------------------------------------------------------


def give(
    bucket: Bucket, prefix: str, receiver: Group | User, *, max_days: int | None, by: User, now: datetime
) -> SharePermission:
    """Let a role or a person share what begins with this prefix. What they were given before gets the new longest
    lifetime. Raises `Refused`: prefix-malformed, prefix-too-long, prefix-unlikely."""
    check_prefix(prefix, is_there=find_meant(prefix) != prefix and _has_objects(bucket, prefix))
    whom = {"role": receiver} if isinstance(receiver, Group) else {"user": receiver}
    given = {"max_days": max_days, "given_at": now, "given_by": by}
    with transaction.atomic():
        known = SharePermission.objects.select_for_update().filter(bucket=bucket, prefix=prefix, **whom).first()
        before = read_row(known) if known else {}
        permission, _ = SharePermission.objects.update_or_create(bucket=bucket, prefix=prefix, **whom, defaults=given)
        record(Act.SHARE_PERMITTED, permission, before=before, after=read_row(permission))
    return permission


def _has_objects(bucket: Bucket, prefix: str) -> bool:
    """Whether the store lists any whose key begins so; not where it does not say."""
    try:
        page = objects.list_page(open_bucket(bucket), prefix, size=1)
    except HoldfastError:
        return False
    return any(key.startswith(prefix) for key in (*page.folders, *(item.key for item in page.objects)))


def withdraw(permission: SharePermission) -> bool:
    """Links that were made before go on; none can be made, extended or revived. False where it was withdrawn before."""
    with transaction.atomic():
        # Locked first: of two who withdraw it one deletes it, and one record tells of it.
        there = SharePermission.objects.select_for_update().filter(pk=permission.pk).first()
        if there is not None:
            there.delete()
    return there is not None


def list_given(bucket: Bucket) -> QuerySet[SharePermission]:
    return SharePermission.objects.filter(bucket=bucket).select_related("bucket", "role", "user", "given_by")


def list_given_to(person: User) -> QuerySet[SharePermission]:
    """A person's own and those of their roles."""
    return SharePermission.objects.of(person).select_related("bucket", "role", "user", "given_by")


def list_unlimited_roles() -> list[str]:
    """The roles whose people may share everything."""
    everything = Q(permissions__content_type__app_label="links", permissions__codename="share_everything")
    return list(Group.objects.filter(everything).order_by("name").values_list("name", flat=True))


def _join(names: Iterable[str]) -> str:
    return gettext(", ").join(names)
