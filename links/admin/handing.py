"""Handing a link over: its URL, which is a secret."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.link_states import read_state
from links.admin.pages import Desk, who
from links.admin.told import tell_promise
from links.domain.errors import HoldfastError
from links.domain.facts import Delivery
from links.models import ShareLink
from links.services import issue
from links.words import refusals

SHOW_ONCE = "show-url-once"


class HandingDesk(Desk[ShareLink]):
    def hand_over(self, request: HttpRequest, issued: issue.Issued) -> HttpResponse:
        """On to the page that shows the URL, once; what the session keeps is the link's number."""
        self.log_addition(request, issued.link, [{"added": {}}])
        request.session[SHOW_ONCE] = issued.link.pk
        return self.go_to("url", issued.link.pk)

    def url_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The URL, which is a secret: right after it was made, or when somebody asks for it again, on the record."""
        link = self.find(request, object_id)
        is_new = request.method == "GET" and request.session.get(SHOW_ONCE) == link.pk
        if is_new:
            self.require(link.owner_id == who(request).pk)
            del request.session[SHOW_ONCE]
        else:
            self.require(self.has_change_permission(request, link))
            if request.method != "POST":
                return self.go_to("change", link.pk)
            self.log_change(request, link, gettext("Looked at the URL."))
        return self._show_url(request, link, is_new=is_new)

    def _show_url(self, request: HttpRequest, link: ShareLink, *, is_new: bool) -> HttpResponse:
        try:
            url = issue.reveal_url(link)
        except HoldfastError as error:
            messages.error(request, refusals.say(error))
            return self.go_to("change", link.pk)
        return self.render(
            request,
            "sharelink/url",
            title=gettext("Your link is ready") if is_new else gettext("The URL of this link"),
            link=link,
            url=url,
            promise=tell_promise(link),
            state=read_state(link, timezone.now()),
            is_presigned=link.delivery == Delivery.PRESIGNED,
        )
