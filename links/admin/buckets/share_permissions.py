"""Who may share what: on a bucket's page, where it is given and withdrawn, and as a list."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.change_lists import OfferedFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.model_admin import HoldfastModelAdmin, ReadOnlyModelAdmin, who
from links.domain.row_numbers import read_number
from links.forms.sharing import SharePermissionForm
from links.models import Bucket, SharePermission
from links.services import changes, sharing
from links.words import roles
from links.words.histories import keep
from links.words.sharing import tell_longest, tell_prefix

GIVEN = gettext_noop("%(whom)s may share from here: %(what)s.")
WITHDRAWN = gettext_noop("%(whom)s may share from here no longer: %(what)s.")


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One permission, ready to be read."""

    permission: SharePermission
    whom: str
    what: str
    longest: str


@dataclass(frozen=True, slots=True)
class BucketSharing:
    """Who may share from one bucket; `unlimited` are the roles that may share everything everywhere."""

    rows: list[GivenRow]
    unlimited: list[str]
    may_give: bool
    may_withdraw: bool


class BucketSharingDesk(HoldfastModelAdmin[Bucket]):
    def read_sharing(self, request: HttpRequest, bucket: Bucket) -> BucketSharing | None:
        """None for who may not know."""
        user = request.user
        if not user.has_perm("links.view_sharepermission"):
            return None
        return BucketSharing(
            [read_row(permission) for permission in sharing.list_given(bucket)],
            [roles.in_full(name) for name in sharing.list_unlimited_roles()],
            may_give=user.has_perm("links.add_sharepermission"),
            may_withdraw=user.has_perm("links.delete_sharepermission"),
        )

    def give_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(request.user.has_perm("links.add_sharepermission"))
        bucket = self._find_seen(request, object_id)
        form = SharePermissionForm(request.POST or None)
        is_ready = request.method == "POST" and form.is_valid()
        permission = form.give(bucket, who(request), timezone.now()) if is_ready else None
        if permission is None:
            return self.render_form(
                request, "bucket/give", form, title=gettext("Let somebody share from it"), bucket=bucket
            )
        row = read_row(permission)
        self.log_change(request, bucket, keep(GIVEN, whom=row.whom, what=row.what))
        messages.success(request, gettext(GIVEN) % {"whom": row.whom, "what": row.what})
        return self.go_to("change", bucket.pk)

    def withdraw_view(self, request: HttpRequest, object_id: str, permission_id: str) -> HttpResponse:
        self.require(request.user.has_perm("links.delete_sharepermission"))
        bucket = self._find_seen(request, object_id)
        number = read_number(permission_id)
        permission = None if number is None else sharing.list_given(bucket).filter(pk=number).first()
        if permission is None:
            messages.warning(request, gettext("This was withdrawn before."))
            return self.go_to("change", bucket.pk)
        row = read_row(permission)
        if sharing.withdraw(permission):
            self.log_change(request, bucket, keep(WITHDRAWN, whom=row.whom, what=row.what))
        told = gettext("Withdrawn. Links that were made before go on; revoke those that shall not.")
        messages.success(request, told)
        return self.go_to("change", bucket.pk)

    def _find_seen(self, request: HttpRequest, object_id: str) -> Bucket:
        bucket = self.find(request, object_id)
        self.require(self.has_view_permission(request, bucket))
        return bucket


def read_row(permission: SharePermission) -> GivenRow:
    whom = roles.in_full(permission.role.name) if permission.role else ""
    if permission.user:
        whom = sharing.name_person(permission.user)
    return GivenRow(permission, whom, tell_prefix(permission.prefix), tell_longest(permission.max_days))


class PersonFilter(OfferedFilter):
    """What one person may share: their own, and what their roles were given."""

    title = _("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [(str(person.pk), sharing.name_person(person)) for person in changes.list_colleagues()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SharePermission]) -> QuerySet[SharePermission]:
        number = read_number(self.value() or "")
        person = None if number is None else changes.list_colleagues().filter(pk=number).first()
        return queryset if person is None else queryset.filter(pk__in=sharing.list_given_to(person))


@admin.register(SharePermission)
class SharePermissionAdmin(ReadOnlyModelAdmin[SharePermission]):
    """Read here, given and withdrawn on the bucket's page."""

    list_display = ["whom", "shown_bucket", "what", "longest", "given"]
    list_display_links = None
    list_filter = [PersonFilter]
    list_select_related = ["bucket", "role", "user", "given_by"]
    search_fields = ["bucket__name", "prefix", "role__name", "user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Person, role, bucket or name of a folder.")
    sortable_by = ()
    explained = _(
        "Who may share what, and for how long. It is given and withdrawn on the bucket's page. Managers and superusers "
        "may share everything, unless their roles were changed."
    )

    def has_delete_permission(self, request: HttpRequest, obj: SharePermission | None = None) -> bool:
        """Else nobody could delete a person, a role or a bucket to which some belong."""
        return request.user.has_perm("links.delete_sharepermission")

    @admin.display(description=_("Who"))
    def whom(self, permission: SharePermission) -> str:
        return read_row(permission).whom

    @admin.display(description=_("Bucket"))
    def shown_bucket(self, permission: SharePermission) -> str:
        return show_bucket(permission.bucket)

    @admin.display(description=_("What"))
    def what(self, permission: SharePermission) -> str:
        return tell_prefix(permission.prefix)

    @admin.display(description=_("Longest lifetime"))
    def longest(self, permission: SharePermission) -> str:
        return tell_longest(permission.max_days)

    @admin.display(description=_("Given at"))
    def given(self, permission: SharePermission) -> str:
        by = permission.given_by or NOTHING
        return format_html('{} <span class="meta">{}</span>', show_moment(permission.given_at), by)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A row says all that there is in its list."""
        self.require(request.method == "GET" and object_id is not None and self.has_view_permission(request))
        return self.go_to("changelist")


def show_bucket(bucket: Bucket) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:links_bucket_change", args=[bucket.pk]), bucket)
