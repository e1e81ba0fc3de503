"""The list of who may share what. It is given and withdrawn on the pages of buckets."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from links.admin.base.change_lists import AllowedFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.model_admin import ListOnlyAdmin
from links.admin.base.pages import address
from links.admin.buckets.bucket_sharing import build_row
from links.domain.row_numbers import read_number
from links.models import Bucket, SharePermission
from links.models.people.accounts import searched_fields
from links.services.links import owners, sharing
from links.texts.pages.sharing import explain_longest, explain_prefix
from links.texts.people import name_person


class PersonFilter(AllowedFilter):
    """What one person may share: their own, and what their roles were given."""

    title = _("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [(str(person.pk), name_person(person)) for person in owners.list_colleagues()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SharePermission]) -> QuerySet[SharePermission]:
        number = read_number(self.value() or "")
        person = None if number is None else owners.list_colleagues().filter(pk=number).first()
        return queryset if person is None else queryset.filter(pk__in=sharing.list_given_to(person))


@admin.register(SharePermission)
class SharePermissionAdmin(ListOnlyAdmin[SharePermission]):
    """Read here, given and withdrawn on the bucket's page."""

    list_display = ["whom", "shown_bucket", "what", "longest", "given"]
    list_filter = [PersonFilter]
    list_select_related = ["bucket", "role", "user", "given_by"]
    search_fields = ["bucket__name", "prefix", "role__name", *(f"user__{name}" for name in searched_fields())]
    search_help_text = _("Person, role, bucket or name of a folder.")
    explained = _(
        "Who may share what, and for how long. You give and withdraw permissions on the bucket's page. "
        "Managers and superusers may share everything, unless their roles were changed."
    )

    def has_delete_permission(self, request: HttpRequest, obj: SharePermission | None = None) -> bool:
        """Else nobody could delete a person, a role or a bucket to which some belong."""
        return request.user.has_perm("links.delete_sharepermission")

    @admin.display(description=_("Who"))
    def whom(self, permission: SharePermission) -> str:
        return build_row(permission).whom

    @admin.display(description=_("Bucket"))
    def shown_bucket(self, permission: SharePermission) -> str:
        return show_bucket_link(permission.bucket)

    @admin.display(description=_("What"))
    def what(self, permission: SharePermission) -> str:
        return explain_prefix(permission.prefix)

    @admin.display(description=_("Longest lifetime"))
    def longest(self, permission: SharePermission) -> str:
        return explain_longest(permission.max_days)

    @admin.display(description=_("Given at"))
    def given(self, permission: SharePermission) -> str:
        by = permission.given_by or NOTHING
        return format_html('{} <span class="meta">{}</span>', show_moment(permission.given_at), by)


def show_bucket_link(bucket: Bucket) -> str:
    return format_html('<a href="{}">{}</a>', address(Bucket, "change", bucket.pk), bucket)
