"""Narrowing the list of links. Every choice is written out: none asks the database for its own values."""

import re
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.change_lists import AllowedFilter, NumberFilter
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import staff_user
from links.domain.judging.facts import Delivery
from links.models import ShareLink
from links.models.links.share_links import sees_every_link
from links.models.people.accounts import list_accounts, read_key
from links.queries.link_state import LinkState, where_affected, where_live, where_never_opened, where_state
from links.services.links import sharing
from links.services.links.owners import list_colleagues
from links.texts import labels
from links.texts.people import name_person

_BATCH = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Choices = list[tuple[str, str]]


class StateFilter(AllowedFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        return [(state.value, badges.of_link(state).word) for state in LinkState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        chosen = self.value()
        known = chosen in set(LinkState)
        return queryset.filter(where_state(LinkState(str(chosen)), timezone.now())) if known else queryset


class DeliveryFilter(AllowedFilter):
    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        return [(delivery.value, labels.label(delivery)) for delivery in Delivery]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        return queryset.filter(delivery=self.value()) if self.value() else queryset


class EndFilter(AllowedFilter):
    """By the promise's end, of what is still promised."""

    title = _("promised until")
    parameter_name = "ends"
    days: ClassVar = {"1": _("Within a day"), "7": _("Within 7 days"), "30": _("Within 30 days")}

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        return [*self.days.items(), ("later", _("Later"))]  # type: ignore[list-item]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        now, chosen = timezone.now(), str(self.value())
        if chosen in self.days:
            return queryset.filter(where_live(now), promised_until__lte=now + timedelta(days=int(chosen)))
        return queryset.filter(where_live(now + timedelta(days=30))) if chosen == "later" else queryset


class OpenedFilter(AllowedFilter):
    title = _("opened")
    parameter_name = "opened"

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        return [("never", _("Never opened"))]  # type: ignore[list-item]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        return queryset.filter(where_never_opened(timezone.now())) if self.value() == "never" else queryset


class OwnerFilter(AllowedFilter):
    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        theirs = list_colleagues() if sees_every_link(request.user) else list_accounts().none()
        named = [(str(person.pk), name_person(person)) for person in theirs.exclude(pk=str(request.user.pk))]
        return [("me", _("My links")), *named]  # type: ignore[list-item]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        owner = read_key(str(request.user.pk) if self.value() == "me" else self.value() or "")
        return queryset if owner is None else queryset.filter(owner__pk=owner)


class CreatedFilter(AllowedFilter):
    title = _("made")
    parameter_name = "made"
    days: ClassVar = {"1": _("In the last day"), "7": _("In the last 7 days"), "30": _("In the last 30 days")}

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        return [*self.days.items()]  # type: ignore[list-item]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        chosen = str(self.value())
        if chosen not in self.days:
            return queryset
        return queryset.filter(created_at__gte=timezone.now() - timedelta(days=int(chosen)))


class BucketFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = SafeString(gettext("in other buckets"))  # Django's own is a dash

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Buckets that the reader knows, by name."""
        return [(str(bucket.pk), str(bucket)) for bucket in sharing.list_known_buckets(staff_user(request))]


class CustomerFilter(NumberFilter):
    title = _("customer")
    parameter_name = "customer"

    def narrow(self, queryset: QuerySet[ShareLink], number: int) -> QuerySet[ShareLink]:
        return queryset.filter(customer=number)


class ImportFilter(AllowedFilter):
    """Those that one act of staff brought in: a mail about them leads here."""

    title = _("added together")
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: HoldfastModelAdmin[ShareLink]) -> Choices:  # type: ignore[override]
        chosen = request.GET.get(self.parameter_name, "")
        return [(chosen, gettext("Only these"))] if _BATCH.fullmatch(chosen) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
        return queryset.filter(import_batch=UUID(self.value())) if self.value() else queryset


class IncidentFilter(NumberFilter):
    """The links that one incident affects."""

    title = _("incident")
    parameter_name = "incident"

    def narrow(self, queryset: QuerySet[ShareLink], number: int) -> QuerySet[ShareLink]:
        return queryset.filter(where_affected(number))
