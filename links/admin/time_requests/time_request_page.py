"""The page of one time request: what the customer asks, and the form that grants it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from links.admin.base import badges
from links.admin.base.columns import NOTHING, write_moment
from links.admin.base.finding_views import explain_outlook
from links.admin.base.pages import (
    address,
    get_row,
    go_to,
    may_change,
    may_view,
    render_form,
    require,
    staff_user,
)
from links.forms.time_requests import GrantForm
from links.models import ShareLink, TimeRequest
from links.queries.link_state import read_state
from links.services.links import changes, sharing
from links.texts.lifetimes import list_presets

BACK_TO_LIST = "list"


def get_time_request(request: HttpRequest, object_id: str) -> TimeRequest:
    """Raises `Http404` where there is none about a link that this member of staff may know of."""
    return get_row(TimeRequest.objects.seen_by(request.user).prefetch_related("messages"), object_id)


def may_answer(request: HttpRequest) -> bool:
    """Granting changes the link; which links one may know of, the rows say."""
    return may_change(request, ShareLink)


def show_time_request(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_view(request, TimeRequest))
    return render_time_request(request, get_time_request(request, object_id), GrantForm())


def render_time_request(request: HttpRequest, asked: TimeRequest, form: GrantForm) -> HttpResponse:
    return render_form(
        request,
        "timerequest/page",
        TimeRequest,
        form,
        title=gettext("Time request #%(number)s") % {"number": asked.pk},
        original=asked,
        said=asked.messages.all(),
        badge=badges.of_time_request(asked),
        facts=_describe(asked),
        may_answer=asked.is_open and may_answer(request),
        may_share=changes.may_share_again(asked.link, sharing.find_scope(staff_user(request))),
        presets=list_presets(),
        zone=timezone.get_current_timezone_name(),
    )


def go_back(request: HttpRequest, asked: TimeRequest) -> HttpResponseRedirect:
    """To where the answer was given: the list, or the page of the link."""
    if request.GET.get("back") == BACK_TO_LIST and may_view(request, TimeRequest):
        return go_to(TimeRequest, "changelist")
    return go_to(ShareLink, "change", asked.link_id)


def _describe(asked: TimeRequest) -> list[tuple[str, object]]:
    link = asked.link
    page = address(ShareLink, "change", link.pk)
    outlook = explain_outlook(link, timezone.now())
    name = format_html('<a href="{}">#{} {}</a>', page, link.pk, link.name_for_staff)
    return [
        (gettext("Link"), name),
        (gettext("Customer"), link.customer or NOTHING),
        (gettext("State of the link"), badges.of_link(read_state(link, timezone.now()), link.findings)),
        (gettext("Promised until"), write_moment(link.promised_until)),
        *([(gettext("Works"), outlook)] if outlook else []),
        (gettext("Requested at"), write_moment(asked.at)),
        (gettext("Answered at"), write_moment(asked.answered_at)),
        (gettext("Answered by"), asked.answered_by or NOTHING),
        (gettext("Granted until"), write_moment(asked.granted_until)),
    ]
