"""The pages of links: make one, hand it over, live with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import NOTHING, show_age, show_moment, show_text
from links.admin.base.model_admin import who
from links.admin.link_actions.change import LivingDesk
from links.admin.link_actions.duplicate import DuplicatingDesk
from links.admin.link_actions.rescue import RescuingDesk
from links.admin.links import link_filters
from links.admin.links.browse import BrowsingDesk
from links.admin.links.create import MakingDesk
from links.admin.links.handover import HandingDesk
from links.admin.links.link_page import LinkPage
from links.admin.links.quick_views import list_quick_views
from links.admin.links.watch import WatchingDesk
from links.domain.errors import Refused
from links.domain.facts import Delivery
from links.models import ShareLink
from links.models.links import Viewer
from links.queries import link_search
from links.queries.link_state import LinkState, read_state
from links.services import sharing
from links.words import refusals, states


@admin.register(ShareLink)
class LinkAdmin(MakingDesk, BrowsingDesk, HandingDesk, LivingDesk, WatchingDesk, RescuingDesk, DuplicatingDesk):
    list_display = ["shown_state", "what", "for_whom", "shown_promise", "dies_by", "seen"]
    list_display_links = None
    list_filter = [
        link_filters.StateFilter,
        link_filters.DeliveryFilter,
        link_filters.EndFilter,
        link_filters.OpenedFilter,
        link_filters.MadeFilter,
        link_filters.OwnerFilter,
        link_filters.CustomerFilter,
        link_filters.IncidentFilter,
        ("bucket", link_filters.BucketFilter),
    ]
    list_select_related = ["bucket", "owner", "customer"]
    search_fields = ["object_key"]  # that there is a search; `link_search` says where
    search_help_text = _("Customer, title, file name, object key, note, number, or a whole URL.")
    sortable_by = ["what", "shown_promise"]
    actions = [
        "validate_selected",
        "change_ends_of_selected",
        "duplicate_selected",
        "hand_selected",
        "rescue_selected",
        "revoke_selected",
    ]
    change_list_template = "admin/links/sharelink/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShareLink]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    # The list ---------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sees_everyone = request.user.has_perm("links.see_every_sharelink")
        views = {"views": list_quick_views(request.GET, sees_everyone=sees_everyone)}
        return super().changelist_view(request, {**views, **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """The newest first; what ends soon by its end, which an index has in order."""
        return ["promised_until", "-pk"] if {"ends", "opened"} & request.GET.keys() else ["-pk"]

    @admin.display(description=_("State"))
    def shown_state(self, link: ShareLink) -> badges.Badge:
        return badges.of_link(read_state(link, timezone.now()), link.findings)

    @admin.display(description=_("Link"), ordering="pk")
    def what(self, link: ShareLink) -> str:
        place, delivery = str(link.bucket or link.host), states.label(Delivery(link.delivery))
        name = link.object_key or link.host
        details = [f"#{link.pk}", show_text(name) if link.title else "", place, delivery, show_text(link.note)]
        return format_html(
            '<a href="{}">{}</a><br><span class="meta">{}</span>',
            self.address("change", link.pk),
            show_text(link.name_for_staff),
            " · ".join(detail for detail in details if detail),
        )

    @admin.display(description=_("Customer"))
    def for_whom(self, link: ShareLink) -> str:
        """And whose link it is."""
        return format_html(
            '{}<br><span class="meta">{}</span>',
            show_text(link.customer.name) if link.customer else NOTHING,
            gettext("by %(owner)s") % {"owner": link.owner} if link.owner else "",
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
            own("browse/", self.browse_view, "browse"),
            own("customers/", self.customers_view, "customers"),
            own("watch/", self.watch_view, "watch"),
            own("watch/many/", self.watch_many_view, "watch_many"),
            own("end/", require_POST(self.end_many_view), "end_many"),
            own("duplicate/", require_POST(self.duplicate_many_view), "duplicate_many"),
            own("hand/", require_POST(self.hand_many_view), "hand_many"),
            own("rescue/", require_POST(self.rescue_many_view), "rescue_many"),
            own("revoke/", require_POST(self.revoke_many_view), "revoke_many"),
            own("<path:object_id>/url/", self.url_view, "url"),
            own("<path:object_id>/validate/", require_POST(self.validate_view), "validate"),
            own("<path:object_id>/revoke/", self.revoke_view, "revoke"),
            own("<path:object_id>/end/", self.end_view, "end"),
            own("<path:object_id>/edit/", self.edit_view, "edit"),
            own("<path:object_id>/hand/", self.hand_view, "hand"),
            own("<path:object_id>/follow/", require_POST(self.follow_view), "follow"),
            own("<path:object_id>/rescue/", require_POST(self.rescue_view), "rescue"),
            *super().get_urls(),
        ]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """The search. It is posted, because a pasted URL is a secret and an address bar keeps what it is given."""
        self.require(self.has_view_permission(request))
        text = request.POST.get("q", "").replace("\0", "").strip()  # which nobody sees, and an address may not have
        link = link_search.find_by_url(text, self.get_queryset(request))  # type: ignore[arg-type]
        if link is not None:
            return self.go_to("change", link.pk)
        if link_search.is_address(text):
            named = link_search.name_object(text, sharing.list_known_buckets(who(request)))
            if not named:
                messages.warning(request, _explain_unknown(text, who(request)))
            text = named or link_search.name_host(text)
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
        """What is changed about a link has pages of its own; this one is only read."""
        link = self.find(request, object_id)
        self.require(request.method == "GET" and self.has_view_permission(request, link))
        page = LinkPage(link, timezone.now(), request.user, may_change=self.has_change_permission(request, link))
        title = gettext("Link #%(number)s") % {"number": link.pk}
        return self.render(request, "sharelink/page", title=title, link=link, page=page)


def _explain_unknown(text: str, viewer: Viewer) -> str:
    """Why a URL leads to none of the links that somebody sees; as the page that makes links says it."""
    if link_search.is_hidden(text, viewer):
        return refusals.say(Refused("address-unseen"))
    return gettext("No link of ours has this URL.")
