"""Decline a customer's request for more time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import log_change, require, staff_user
from links.admin.time_requests.time_request_page import get_time_request, go_back, may_answer
from links.services.links import time_requests
from links.texts.pages.histories import TIME_DECLINED, log_message


def decline_time_request(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_answer(request))
    asked = get_time_request(request, object_id)
    if time_requests.decline(asked, staff_user(request), timezone.now()):
        log_change(request, asked, log_message(TIME_DECLINED))
        messages.success(request, gettext("Declined. The customer gets no mail. Please tell them yourself."))
    else:
        messages.warning(request, gettext("Somebody has already answered this request."))
    return go_back(request, asked)
