"""Staff and their roles. What somebody may do is said by their roles alone, in lists that can be ticked: the pickers of
Django's own pages tell a screen reader nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Field, ManyToManyField, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.change_lists import AllowedFiltersMixin
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.pages import log_all
from links.admin.buckets.bucket_sharing import build_row
from links.admin.buckets.share_permission_admin import show_bucket_link
from links.models import ApiToken, ShareLink
from links.models.people.accounts import are_djangos, is_account
from links.queries.link_state import where_live
from links.services.links import sharing
from links.services.people import api_tokens, second_factors
from links.texts.formatting import group_digits
from links.texts.pages.histories import log_message
from links.texts.pages.rights import permissions, roles
from links.texts.people import full_name

admin.site.unregister(Group)
if are_djangos():  # a project with accounts of its own has pages of its own for them
    admin.site.unregister(User)

_OURS = ("links", "admin", "auth", "contenttypes")
_TICKED: Mapping[type[Field[Any, Any]], Mapping[str, Any]] = {ManyToManyField: {"widget": CheckboxSelectMultiple}}


class RoleField(ModelMultipleChoiceField[Group]):
    def label_from_instance(self, obj: Group) -> str:
        return roles.in_full(obj.name)


class PermissionField(ModelMultipleChoiceField[Permission]):
    def label_from_instance(self, obj: Permission) -> str:
        model = obj.content_type.model_class()
        rows = str(model._meta.verbose_name_plural) if model else ""  # noqa: SLF001  Django's, and documented
        return permissions.in_full(obj.codename, obj.content_type.model, rows, obj.name)


@admin.register(User)
class StaffAdmin(AllowedFiltersMixin[User], UserAdmin[User]):
    actions = ["reset_second_factor", "revoke_tokens", "delete_selected"]
    list_display = ["username", "shown_name", "shown_mail", "shown_roles", "is_active", "is_superuser"]
    list_filter = ["is_active", "is_superuser", "groups"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Personal details"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (_("Sharing permissions"), {"fields": ["shown_sharing"]}),
        (_("Sign-in"), {"fields": ["shown_factor", "shown_tokens"]}),
        (_("Audit trail"), {"fields": ["shown_acts"]}),
    ]
    readonly_fields = ["shown_sharing", "shown_factor", "shown_tokens", "shown_acts"]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("Personal details"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_staff", "groups"]}),
    ]
    filter_horizontal = []
    formfield_overrides = _TICKED

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("Full name"), ordering="last_name")
    def shown_name(self, person: User) -> str | badges.Badge:
        """Who has a role and no name writes to customers as nobody."""
        name = full_name(person)
        if name or not _has_role(person):
            return name or NOTHING
        hint = gettext("Customers do not read who this person's messages are from. Enter a first and a last name.")
        return badges.Badge(badges.Tone.WARN, gettext("None"), hint)

    @admin.display(description=_("Mail address"), ordering="email")
    def shown_mail(self, person: User) -> str | badges.Badge:
        """Who has a role and no address hears of nothing."""
        if person.email or not _has_role(person):
            return person.email or NOTHING
        hint = gettext("No mail about links reaches this person. Enter a mail address.")
        return badges.Badge(badges.Tone.WARN, gettext("None"), hint)

    @admin.display(description=_("Roles"))
    def shown_roles(self, person: User) -> str:
        return gettext(", ").join(group.name for group in person.groups.all()) or NOTHING

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return is_account(request.user) and request.user.is_superuser

    @admin.action(description=_("Reset the second factor"), permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For whoever lost theirs: they are signed out everywhere, and sign in by the password."""
        people = list(queryset)
        with transaction.atomic():
            for person in people:
                second_factors.reset(person, timezone.now())
            log_all(request, CHANGE, people, log_message(gettext_noop("Reset the second factor.")))
        text = ngettext(
            "The second factor of %(count)s user was reset. Make sure that it was they who asked for it.",
            "The second factors of %(count)s users were reset. Make sure that it was they who asked for it.",
            len(people),
        )
        messages.success(request, text % {"count": group_digits(len(people))})

    @admin.display(description=_("Second factor"))
    def shown_factor(self, person: User) -> str:
        factors = second_factors.list_factors(person)
        named = [*([gettext("Authenticator app")] if factors.app else []), *(key.name for key in factors.passkeys)]
        return gettext(", ").join(named) or NOTHING

    @admin.action(description=_("Revoke all API tokens"), permissions=["reset"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people, now = list(queryset), timezone.now()
        count = sum(api_tokens.revoke_all_of(person, now) for person in people)
        log_all(request, CHANGE, people, log_message(gettext_noop("Revoked all API tokens.")))
        text = ngettext("%(count)s API token was revoked.", "%(count)s API tokens were revoked.", count)
        messages.success(request, text % {"count": group_digits(count)})

    @admin.display(description=_("API tokens"))
    def shown_tokens(self, person: User) -> str:
        """Those that work, with their scopes and when they were last used."""
        live = ApiToken.objects.filter(owner=person).live(timezone.now())
        rows = (
            (token, ", ".join(token.scopes), show_moment(token.last_used_at), token.last_used_from or NOTHING)
            for token in live
        )
        return format_html_join("", "<div>{}: {} · {} · {}</div>", rows) or NOTHING

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name == "groups":
            kwargs |= {"form_class": RoleField, "label": _("Roles"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("Buckets"))
    def shown_sharing(self, person: User) -> str:
        """Given and withdrawn on the pages of buckets."""
        if sharing.find_scope(person).covers_everything:
            return gettext("Everything")
        given = [(show_bucket_link(each.bucket), build_row(each)) for each in sharing.list_given_to(person)]
        rows = ((bucket, row.what, row.longest, row.whom) for bucket, row in given)
        return format_html_join("", "<div>{}: {} · {} · {}</div>", rows) or gettext("Nothing")

    @admin.display(description=_("What they did"))
    def shown_acts(self, person: User) -> str:
        page = reverse("admin:links_auditrecord_changelist")
        return format_html('<a href="{}?actor={}">{}</a>', page, person.pk, gettext("Everything that this account did"))

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """Who leaves may leave links behind, whose messages reach them no longer."""
        super().save_model(request, obj, form, change)
        if change and not obj.is_active and "is_active" in form.changed_data:
            count = ShareLink.objects.filter(where_live(timezone.now()), owner=obj).count()
            if count:
                messages.warning(request, _explain_left(obj, count))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}


def _has_role(person: User) -> bool:
    return person.is_active and (person.is_superuser or bool(person.groups.all()))


def _explain_left(person: User, count: int) -> SafeString:
    words = ngettext(
        "This user still has %(count)s active link. Transfer it to a colleague, who then gets its messages.",
        "This user still has %(count)s active links. Transfer them to a colleague, who then gets their messages.",
        count,
    )
    sentence = words % {"count": group_digits(count)}
    place = f"{reverse('admin:links_sharelink_changelist')}?owner={person.pk}"
    return format_html('{} <a href="{}">{}</a>', sentence, place, gettext("Show these links"))


@admin.register(Group)
class RoleAdmin(AllowedFiltersMixin[Group], GroupAdmin):
    actions = ["delete_selected"]
    filter_horizontal = []
    formfield_overrides = _TICKED

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name == "permissions":
            kwargs |= {"form_class": PermissionField, "queryset": _list_permissions()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _list_permissions() -> QuerySet[Permission]:
    """Without those on rows that have no page here: nothing asks for them. Another app's own are its own affair."""
    kinds = ((kind.pk, kind.model_class()) for kind in ContentType.objects.filter(app_label__in=_OURS))
    inner = [pk for pk, model in kinds if model is None or not admin.site.is_registered(model)]
    return Permission.objects.exclude(content_type__in=inner)
