"""Let a link lead to the file that is there now, and to whatever replaces it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.pages import go_to, log_change, staff_user
from links.admin.base.refusal_views import explain_refusal
from links.domain.errors import HoldfastError
from links.models import ShareLink
from links.services.links import changes, sharing
from links.texts.pages.histories import log_message


def follow_latest(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    try:
        done = changes.follow_latest(link, sharing.find_scope(staff_user(request)), timezone.now())
    except HoldfastError as error:
        messages.error(request, explain_refusal(error, request.user, link.bucket))
        return go_to(ShareLink, "change", link.pk)
    if done:
        log_change(request, link, log_message(gettext_noop("Follows the latest file.")))
        text = gettext("The link now points to the latest file, and will follow it when it is replaced.")
        messages.success(request, text)
    return go_to(ShareLink, "change", link.pk)
