"""Grant a customer's request for more time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import require, staff_user
from links.admin.time_requests.time_request_page import get_time_request, go_back, may_answer, render_time_request
from links.forms.time_requests import GrantForm
from links.models import TimeRequest
from links.services.links import time_requests
from links.texts.times import moment


def grant_time(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_answer(request))
    asked = get_time_request(request, object_id)
    form, was_used_up, before = GrantForm(request.POST), asked.link.is_used_up, asked.link.promised_until
    now = timezone.now()
    promise = form.grant(asked, staff_user(request), now) if form.is_valid() else None
    if promise is None:
        return render_time_request(request, asked, form)
    time_requests.log_grant(asked, staff_user(request), before, now, was_used_up=was_used_up)
    messages.success(request, _explain_granted(asked))
    if unwritten := _explain_unwritten(asked):
        messages.warning(request, unwritten)
    if was_used_up:
        messages.info(request, gettext("No downloads were left. One more download is allowed now."))
    return go_back(request, asked)


def _explain_granted(asked: TimeRequest) -> str:
    until, written = asked.granted_until, time_requests.list_written(asked)
    values = {"until": moment(until) if until else "", "mail": gettext(", ").join(written)}
    if written:
        return gettext("Granted. The customer's URL stays the same, until %(until)s; we write to %(mail)s.") % values
    if time_requests.list_mails(asked):
        return gettext("Granted. The customer's URL stays the same, until %(until)s.") % values
    return (
        gettext("Granted. The customer's URL stays the same, until %(until)s. Tell them: we know no address.") % values
    )


def _explain_unwritten(asked: TimeRequest) -> str:
    """Who is known by their address and not written to; "" where nobody is."""
    written = time_requests.list_written(asked)
    unmailed = [mail for mail in time_requests.list_mails(asked) if mail not in written]
    if not unmailed:
        return ""
    return gettext(
        "Too many mails were sent to %(mail)s today, so no mail was sent. Please tell the customer yourself."
    ) % {"mail": gettext(", ").join(unmailed)}
