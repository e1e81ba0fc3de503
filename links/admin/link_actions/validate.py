"""Validate links at once, instead of when their turn comes."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to
from links.admin.base.validating import find_validating
from links.admin.link_actions.bulk_results import build_results, build_validated, show_results
from links.admin.link_actions.selection import select
from links.admin.link_actions.validation_messages import build_messages
from links.models import ShareLink
from links.services.validation.on_demand import ask_for_validation


def validate_link(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    for level, message in build_messages(request.user, ask_for_validation([link], timezone.now)):
        messages.add_message(request, level, message)
    return go_to(ShareLink, "change", link.pk)


@admin.action(description=_("Validate now"), permissions=["change"])
def validate_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    selection = select(queryset)
    results = build_results(request.user, ask_for_validation(selection.links, timezone.now), build_validated)
    asked = ShareLink.objects.filter(pk__in=[link.pk for link in selection.links])
    waiting = find_validating(asked, timezone.now())
    return show_results(request, gettext("Validate now"), results, has_more=selection.has_more, validating=waiting)
