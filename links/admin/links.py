"""The pages of links: make one, hand it over, live with it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin import badges, link_filters, link_search
from links.admin.columns import NOTHING, show_age, show_moment, show_text
from links.admin.link_page import LinkPage
from links.admin.link_states import LinkState, read_state
from links.admin.pages import AT_ONCE, who
from links.admin.rescuing import RescuingDesk
from links.admin.told import tell_promise
from links.admin.watching import WatchingDesk
from links.domain.errors import HoldfastError
from links.domain.facts import Delivery
from links.domain.lifetimes import PRESETS
from links.domain.promises import Promise
from links.forms.links import ExtendForm, LinkForm, NoteForm
from links.models import Bucket, ShareLink
from links.services import issue
from links.services.on_demand import Asked, ask_for_validation
from links.words import promises, refusals, states
from links.words.lifetimes import duration

SHOW_ONCE = "show-url-once"


@admin.register(ShareLink)
class LinkDesk(WatchingDesk, RescuingDesk):
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

    # Making -----------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(self.has_add_permission(request))
        if request.method != "POST":
            return self._show_making(request, LinkForm(initial=request.GET.dict()))
        entered = request.POST.copy()
        entered["delivery"] = entered.get("offer") or entered.get("delivery", "")
        form = LinkForm(entered)
        if "preview" in request.POST or "offer" in request.POST:
            promise = form.preview(timezone.now()) if form.is_valid() else None
            return self._show_making(request, form, promise)
        issued = form.create(who(request), timezone.now()) if form.is_valid() else None
        return self._hand_over(request, issued) if issued else self._show_making(request, form)

    def _show_making(self, request: HttpRequest, form: LinkForm, promise: Promise | None = None) -> HttpResponse:
        panel: dict[str, Any] = {"panel": _tell_preview(form, promise), "offer": form.offer}
        if request.headers.get("X-Panel"):
            return self.render(request, "sharelink/promise", title="", form=form, **panel)
        return self.render_form(
            request,
            "sharelink/add",
            form,
            title=gettext("Make a link"),
            presets=[duration(preset) for preset in PRESETS],
            has_buckets=Bucket.objects.exists(),
            zone=timezone.get_current_timezone_name(),
            **panel,
        )

    def _hand_over(self, request: HttpRequest, issued: issue.Issued) -> HttpResponse:
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

    # Living with it ---------------------------------------------------------------------------------------------

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

    def validate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self.find(request, object_id)
        self.require(self.has_change_permission(request, link))
        self._validate(request, [link])
        return self.go_to("change", link.pk)

    @admin.action(description=_("Validate now"), permissions=["change"])
    def validate_now(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> None:
        self._validate(request, list(queryset[:AT_ONCE]))

    def _validate(self, request: HttpRequest, links: Sequence[ShareLink]) -> None:
        lasting = [link.pk for link in links if not (link.is_revoked or link.is_rescued)]
        asked = ask_for_validation(lasting, timezone.now)
        for level, told in _tell_asked(asked, len(lasting)):
            messages.add_message(request, level, told)

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self.find(request, object_id)
        self.require(self.has_change_permission(request, link))
        if request.method == "POST":
            self._revoke(request, [link])
            return self.go_to("change", link.pk)
        return self._ask_to_revoke(request, [link])

    def follow_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(self.has_change_permission(request))
        link = self.find(request, object_id)
        issue.follow_latest(link, timezone.now())
        self.log_change(request, link, gettext("Follows the latest file."))
        messages.success(request, gettext("The link leads to the file that is there now, and to whatever replaces it."))
        return self.go_to("change", link.pk)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke_these(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse | None:
        chosen = list(queryset.select_related(None)[:AT_ONCE])
        if "confirmed" not in request.POST:
            return self._ask_to_revoke(request, chosen, action="revoke_these")
        self._revoke(request, chosen)
        return None

    def _ask_to_revoke(self, request: HttpRequest, links: Sequence[ShareLink], action: str = "") -> HttpResponse:
        lasting = [link for link in links if not link.is_revoked]
        return self.render(
            request,
            "sharelink/revoke",
            title=gettext("Are you sure?"),
            links=lasting,
            deliveries={link.delivery for link in lasting},
            signature_ends_at=max((link.signature_ends_at for link in lasting if link.signature_ends_at), default=None),
            action=action,
            cancel=self.address("changelist") if action else self.address("change", links[0].pk),
        )

    def _revoke(self, request: HttpRequest, links: Sequence[ShareLink]) -> None:
        revoked = [link for link in links if issue.revoke(link, timezone.now())]
        for link in revoked:
            self.log_change(request, link, gettext("Revoked."))
        told = ngettext("%(count)s link was revoked.", "%(count)s links were revoked.", len(revoked))
        messages.success(request, told % {"count": len(revoked)})

    def extend_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self.find(request, object_id)
        self.require(self.has_change_permission(request, link))
        form = ExtendForm(request.POST or None)
        promise = form.extend(link, timezone.now()) if request.method == "POST" and form.is_valid() else None
        if promise is None:
            return self.render_form(
                request,
                "sharelink/extend",
                form,
                title=gettext("Extend this link"),
                link=link,
                promise=tell_promise(link),
                presets=[duration(preset) for preset in PRESETS],
                zone=timezone.get_current_timezone_name(),
            )
        self.log_change(request, link, gettext("Extended."))
        messages.success(request, promises.summary(promise, Delivery(link.delivery)))
        return self.go_to("change", link.pk)


def _tell_preview(form: LinkForm, promise: Promise | None) -> dict[str, object] | None:
    """The promise panel: None while there is nothing to say."""
    if promise is not None:
        delivery = Delivery(form.cleaned_data["delivery"])
        return {
            "tone": "warn" if promise.is_shortened else "good",
            "until": promise.promised_until,
            "asked_until": promise.asked_until if promise.is_shortened else None,
            "reasons": [promises.reason(reason) for reason in promise.reasons],
            "unchecked": promises.unchecked(promise),
            "delivery": states.label(delivery),
        }
    return {"tone": "bad", "refusal": refusals.say(form.refused)} if form.refused else None


def _tell_asked(asked: Asked, count: int) -> list[tuple[int, str]]:
    if asked.heard:
        told = ngettext(
            "%(count)s link is being validated. Reload in a few seconds.",
            "%(count)s links are being validated. Reload in a while.",
            count,
        )
        return [(messages.SUCCESS, told % {"count": count})]
    if not asked.judged:
        return [(messages.WARNING, gettext("Nobody could be told at once. They are due, and their turn will come."))]
    return [_tell_judged(one.link.pk, one.judgement.verdict.value) for one in asked.judged]


def _tell_judged(number: int, verdict: str) -> tuple[int, str]:
    badge = badges.of_verdict(verdict)
    level = messages.SUCCESS if badge.tone in (badges.Tone.GOOD, badges.Tone.QUIET) else messages.WARNING
    told = gettext("Link #%(number)s: %(verdict)s. %(meaning)s")
    return level, told % {"number": number, "verdict": badge.word, "meaning": badge.hint}
