"""The pages of links: make one, hand it over, live with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin import badges, link_filters, link_search
from links.admin.columns import NOTHING, show_age, show_moment, show_text
from links.admin.handing import HandingDesk
from links.admin.link_page import LinkPage
from links.admin.link_states import LinkState, read_state
from links.admin.living import LivingDesk
from links.admin.making import MakingDesk
from links.admin.rescuing import RescuingDesk
from links.admin.watching import WatchingDesk
from links.domain.facts import Delivery
from links.forms.links import NoteForm
from links.models import ShareLink
from links.words import states


@admin.register(ShareLink)
class LinkDesk(MakingDesk, HandingDesk, LivingDesk, WatchingDesk, RescuingDesk):
    list_display = ["shown_state", "what", "shown_promise", "dies_by", "seen"]
    list_display_links = None
    list_filter = [
        link_filters.StateFilter,
        link_filters.DeliveryFilter,
        link_filters.EndFilter,
        link_filters.MadeFilter,
        link_filters.IncidentFilter,
        "bucket",
    ]
    list_select_related = ["bucket", "owner"]
    search_fields = ["object_key", "note", "filename"]
    search_help_text = _("Object key, note, file name, number, or a whole URL.")
    sortable_by = ["what", "shown_promise"]
    actions = ["validate_now", "rescue_these", "revoke_these"]
    change_list_template = "admin/links/sharelink/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShareLink]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    # The list ---------------------------------------------------------------------------------------------------

    @admin.display(description=_("State"))
    def shown_state(self, link: ShareLink) -> badges.Badge:
        return badges.of_link(read_state(link, timezone.now()))

    @admin.display(description=_("Link"), ordering="pk")
    def what(self, link: ShareLink) -> str:
        place, delivery = str(link.bucket or link.host), states.label(Delivery(link.delivery))
        details = [place, delivery, str(link.owner or ""), show_text(link.note)]
        return format_html(
            '<a href="{}">{}</a><br><span class="meta">{}</span>',
            self.address("change", link.pk),
            show_text(link.object_key or link.host),
            " · ".join(detail for detail in details if detail),
        )

    @admin.display(description=_("Promised until"), ordering="promised_until")
    def shown_promise(self, link: ShareLink) -> str:
        return show_moment(link.promised_until)

    @admin.display(description=_("Will die by"))
    def dies_by(self, link: ShareLink) -> str:
        at_risk = read_state(link, timezone.now()) is LinkState.AT_RISK
        return show_moment(link.bites_at) if at_risk else NOTHING

    @admin.display(description=_("Validated"))
    def seen(self, link: ShareLink) -> str:
        return show_age(link.validated_at, timezone.now())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ShareLink], search_term: str
    ) -> tuple[QuerySet[ShareLink], bool]:
        text = search_term.strip()
        return (queryset.filter(link_search.match(text)) if text else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: ShareLink | None = None) -> bool:
        """A link is revoked; its history stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"links_sharelink_{name}")

        return [
            own("find/", require_POST(self.find_view), "find"),
            own("watch/", self.watch_view, "watch"),
            own("watch/many/", self.watch_many_view, "watch_many"),
            own("<path:object_id>/url/", self.url_view, "url"),
            own("<path:object_id>/validate/", require_POST(self.validate_view), "validate"),
            own("<path:object_id>/revoke/", self.revoke_view, "revoke"),
            own("<path:object_id>/extend/", self.extend_view, "extend"),
            own("<path:object_id>/follow/", require_POST(self.follow_view), "follow"),
            own("<path:object_id>/rescue/", require_POST(self.rescue_view), "rescue"),
            *super().get_urls(),
        ]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """The search. It is posted, because a pasted URL is a secret and an address bar keeps what it is given."""
        self.require(self.has_view_permission(request))
        text = request.POST.get("q", "").strip()
        link = link_search.find_by_token(text)
        if link is not None:
            return self.go_to("change", link.pk)
        if link_search.is_address(text):
            text = link_search.name_object(text)
            if not text:
                messages.warning(request, gettext("No link of ours has this URL."))
        kept = request.GET.copy()
        kept.pop("p", None)
        kept["q"] = text
        return HttpResponseRedirect(f"{self.address('changelist')}?{kept.urlencode()}")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        link = self.find(request, object_id)
        self.require(self.has_view_permission(request, link))
        page = LinkPage(link, timezone.now(), may_change=self.has_change_permission(request, link))
        form = NoteForm(request.POST or None, instance=link)
        if request.method == "POST":
            self.require(page.may_change)
            if form.is_valid():
                return self._save_note(request, form)
        title = gettext("Link #%(number)s") % {"number": link.pk}
        return self.render_form(request, "sharelink/page", form, title=title, link=link, page=page)

    def _save_note(self, request: HttpRequest, form: NoteForm) -> HttpResponse:
        form.instance.save(update_fields=["note"])
        self.log_change(request, form.instance, [{"changed": {"fields": form.changed_data}}])
        messages.success(request, gettext("Saved."))
        return self.go_to("change", form.instance.pk)
