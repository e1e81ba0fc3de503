"""Customers' requests for more time, and the answers to them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import NOTHING, show_moment, show_text
from links.admin.base.history_lists import LinkHistoryListAdmin
from links.admin.base.model_admin import who
from links.admin.time_requests.grant_labels import name_grant
from links.domain.lifetimes import PRESETS
from links.forms.time_requests import WEEK, GrantForm
from links.models import TimeRequest
from links.queries.link_state import read_state
from links.services import changes, sharing, time_requests
from links.words.histories import keep
from links.words.lifetimes import duration
from links.words.times import moment

BACK_TO_LIST = "list"


@admin.register(TimeRequest)
class TimeRequestAdmin(LinkHistoryListAdmin[TimeRequest]):
    list_select_related = ["link__customer", "answered_by"]
    ordering = [F("answered_at").desc(nulls_first=True), "-pk"]
    change_list_template = "admin/links/timerequest/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeRequest]:
        return super().get_queryset(request).prefetch_related("messages")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """On a phone the button is seen beside what it is about."""
        first = ["shown_link", self._offer_answers(request)] if _may_answer(request) else ["shown_link"]
        return [*first, "shown_state", "asked_at", "ends_at", "shown_answer"]

    @admin.display(description=_("State"))
    def shown_state(self, asked: TimeRequest) -> badges.Badge:
        return badges.of_time_request(asked)

    @admin.display(description=_("Link"))
    def shown_link(self, asked: TimeRequest) -> str:  # type: ignore[override]  # of one kind of row
        link = asked.link
        said = list(asked.messages.all())
        details = [f"#{link.pk}", link.customer.name if link.customer else "", *(one.mail for one in said)]
        return format_html(
            '<a href="{}">{}</a>{}<br><span class="meta">{}</span>',
            self.address("change", asked.pk),
            show_text(link.name_for_staff),
            format_html_join("", "<br>{}", ((show_text(one.message),) for one in said if one.message)),
            " · ".join(detail for detail in details if detail),
        )

    @admin.display(description=_("Asked at"))
    def asked_at(self, asked: TimeRequest) -> str:
        return show_moment(asked.at)

    @admin.display(description=_("Promised until"))
    def ends_at(self, asked: TimeRequest) -> str:
        return show_moment(asked.link.promised_until)

    @admin.display(description=_("Answered at"))
    def shown_answer(self, asked: TimeRequest) -> str:
        by = asked.answered_by or ""
        return format_html('{} <span class="meta">{}</span>', show_moment(asked.answered_at), by)

    def _offer_answers(self, request: HttpRequest) -> Callable[[TimeRequest], str]:
        """The list is a form already; these buttons send it elsewhere. None where the reader may share the file no
        longer: granting would be refused."""
        scope = sharing.find_scope(who(request))

        @admin.display(description=_("Answer"))
        def buttons(asked: TimeRequest) -> str:
            if not asked.is_open or not changes.may_share_again(asked.link, scope):
                return NOTHING
            return format_html(
                '<button class="button" formaction="{}?back={}" name="lifetime" value="{}">{}</button>',
                self.address("grant", asked.pk),
                BACK_TO_LIST,
                duration(WEEK),
                name_grant(asked.link, timezone.now()),
            )

        return buttons

    # Answering --------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views = (require_POST(self.grant_view), require_POST(self.decline_view))
        grant, decline = map(self.admin_site.admin_view, views)
        return [
            path("<path:object_id>/grant/", grant, name="links_timerequest_grant"),
            path("<path:object_id>/decline/", decline, name="links_timerequest_decline"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self.require(object_id is not None and self.has_view_permission(request))
        return self._show(request, self.find(request, str(object_id)), GrantForm())

    def grant_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(_may_answer(request))
        asked = self.find(request, object_id)
        form, was_used_up = GrantForm(request.POST), asked.link.is_used_up
        if not form.is_valid() or not form.grant(asked, who(request), timezone.now()):
            return self._show(request, asked, form)
        self.log_change(request, asked, keep(gettext_noop("Granted.")))
        messages.success(request, _tell_granted(asked))
        if untold := _tell_untold(asked):
            messages.warning(request, untold)
        if was_used_up:
            messages.info(request, gettext("It was used up, and can be downloaded once more."))
        return self._go_back(request, asked)

    def decline_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(_may_answer(request))
        asked = self.find(request, object_id)
        if time_requests.decline(asked, who(request), timezone.now()):
            self.log_change(request, asked, keep(gettext_noop("Declined.")))
            messages.success(request, gettext("Declined. The customer is not written to: tell them yourself."))
        else:
            messages.warning(request, gettext("Somebody has answered this before."))
        return self._go_back(request, asked)

    def _show(self, request: HttpRequest, asked: TimeRequest, form: GrantForm) -> HttpResponse:
        return self.render_form(
            request,
            "timerequest/page",
            form,
            title=gettext("Time request #%(number)s") % {"number": asked.pk},
            original=asked,
            said=asked.messages.all(),
            badge=badges.of_time_request(asked),
            facts=_describe(asked),
            may_answer=asked.is_open and _may_answer(request),
            may_share=changes.may_share_again(asked.link, sharing.find_scope(who(request))),
            presets=[duration(preset) for preset in PRESETS],
            zone=timezone.get_current_timezone_name(),
        )

    def _go_back(self, request: HttpRequest, asked: TimeRequest) -> HttpResponseRedirect:
        if request.GET.get("back") == BACK_TO_LIST and self.has_view_permission(request):
            return self.go_to("changelist")
        return HttpResponseRedirect(reverse("admin:links_sharelink_change", args=[asked.link_id]))


def _may_answer(request: HttpRequest) -> bool:
    """Granting changes the link; which links one may know of, the desk's rows say."""
    return request.user.has_perm("links.change_sharelink")


def _tell_granted(asked: TimeRequest) -> str:
    until, written = asked.granted_until, time_requests.list_written(asked)
    told = {"until": moment(until) if until else "", "mail": gettext(", ").join(written)}
    if written:
        return (
            gettext("Granted. The customer's URL is the same and works until %(until)s; we write to %(mail)s.") % told
        )
    if time_requests.list_mails(asked):
        return gettext("Granted. The customer's URL is the same and works until %(until)s.") % told
    return (
        gettext("Granted. The customer's URL is the same and works until %(until)s. Tell them: we know no address.")
        % told
    )


def _tell_untold(asked: TimeRequest) -> str:
    """Who is known by their address and not written to; "" where nobody is."""
    written = time_requests.list_written(asked)
    untold = [mail for mail in time_requests.list_mails(asked) if mail not in written]
    if not untold:
        return ""
    return gettext("Too many mails went to %(mail)s today: no more is sent. Tell them yourself.") % {
        "mail": gettext(", ").join(untold)
    }


def _describe(asked: TimeRequest) -> list[tuple[str, object]]:
    link = asked.link
    page = reverse("admin:links_sharelink_change", args=[link.pk])
    name = format_html('<a href="{}">#{} {}</a>', page, link.pk, link.name_for_staff)
    return [
        (gettext("Link"), name),
        (gettext("Customer"), link.customer or NOTHING),
        (gettext("State of the link"), badges.of_link(read_state(link, timezone.now()), link.findings)),
        (gettext("Promised until"), show_moment(link.promised_until)),
        (gettext("Asked at"), show_moment(asked.at)),
        (gettext("Answered at"), show_moment(asked.answered_at)),
        (gettext("Answered by"), asked.answered_by or NOTHING),
        (gettext("Granted until"), show_moment(asked.granted_until)),
    ]
