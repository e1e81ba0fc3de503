"""Rescue all the links that an incident affects."""

from django.http import HttpRequest, HttpResponse

from links.admin.base.pages import address, get_row, may_view, require, staff_user
from links.admin.link_actions.rescue import ask_and_rescue, may_rescue
from links.admin.link_actions.selection import select
from links.models import Incident
from links.services.links import remake


def rescue_affected(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_view(request, Incident) and may_rescue_affected(request))
    incident = get_row(Incident.objects.all(), object_id)
    selection = select(remake.list_to_rescue(incident, staff_user(request)))
    return ask_and_rescue(request, selection, cancel=address(Incident, "change", incident.pk))


def may_rescue_affected(request: HttpRequest) -> bool:
    """All that an incident affects, whoever made it."""
    return may_rescue(request) and staff_user(request).has_perm("links.see_every_sharelink")
