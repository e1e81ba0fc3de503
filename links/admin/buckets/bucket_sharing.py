"""Who may share from one bucket, on that bucket's page."""

from dataclasses import dataclass

from django.http import HttpRequest

from links.models import Bucket, SharePermission
from links.services.links import sharing
from links.texts.pages.rights import roles
from links.texts.pages.sharing import explain_longest, explain_prefix
from links.texts.people import name_person


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One permission, ready to be read."""

    permission: SharePermission
    whom: str
    what: str
    longest: str


@dataclass(frozen=True, slots=True)
class BucketSharing:
    """`unlimited` are the roles that may share everything everywhere."""

    rows: list[PermissionRow]
    unlimited: list[str]
    may_give: bool
    may_withdraw: bool


def build_bucket_sharing(request: HttpRequest, bucket: Bucket) -> BucketSharing | None:
    """None for who may not know."""
    user = request.user
    if not user.has_perm("links.view_sharepermission"):
        return None
    return BucketSharing(
        [build_row(permission) for permission in sharing.list_given(bucket)],
        [roles.name(name) for name in sharing.list_unlimited_roles()],
        may_give=user.has_perm("links.add_sharepermission"),
        may_withdraw=user.has_perm("links.delete_sharepermission"),
    )


def build_row(permission: SharePermission) -> PermissionRow:
    whom = roles.in_full(permission.role.name) if permission.role else ""
    if permission.user:
        whom = name_person(permission.user)
    return PermissionRow(permission, whom, explain_prefix(permission.prefix), explain_longest(permission.max_days))
