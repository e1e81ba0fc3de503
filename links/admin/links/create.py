"""Making a link."""

from datetime import UTC
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.model_admin import sees_customers, who
from links.admin.links.handover import HandingDesk
from links.domain.facts import Delivery
from links.domain.lifetimes import PRESETS
from links.domain.promises import Promise
from links.domain.row_numbers import read_number
from links.domain.sharing import ShareScope
from links.forms.links import LinkForm
from links.models import Bucket, Customer, ShareLink
from links.services import customers, sharing
from links.services.duplicates import copy_wish
from links.words import promises, refusals, states
from links.words.lifetimes import duration

WISHED = ("object_key", "lifetime", "delivery", "filename", "note", "follows_latest")
UNDER_TERMS = ("title", "download_limit", "starts_at", "remind_days", "tells_downloads")


class MakingDesk(HandingDesk):
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(self.has_add_permission(request))
        if request.method != "POST":
            return self._show_making(request, LinkForm(who(request), initial=self._find_initial(request)))
        entered = request.POST.copy()
        entered["delivery"] = entered.get("offer") or entered.get("delivery", "")
        form = LinkForm(who(request), entered)
        if "preview" in request.POST or "offer" in request.POST:
            promise = form.preview(timezone.now()) if form.is_valid() else None
            return self._show_making(request, form, promise)
        issued = form.create(who(request), timezone.now()) if form.is_valid() else None
        return self.hand_over(request, issued) if issued else self._show_making(request, form)

    def customers_view(self, request: HttpRequest) -> HttpResponse:
        """The names that a field for a customer offers while somebody types."""
        self.require(self.has_add_permission(request))
        found = customers.suggest(request.GET.get("customer", "")) if sees_customers(who(request)) else []
        return self.render(request, "sharelink/customers", title="", customers=found)

    def _find_initial(self, request: HttpRequest) -> dict[str, object]:
        """What the address of the page says: a file that was chosen, a customer, or a link that is to be copied."""
        given: dict[str, object] = request.GET.dict()  # type: ignore[assignment]
        scope = sharing.find_scope(who(request))
        only = sharing.list_buckets(scope).values_list("pk", flat=True)[:2]
        if len(only) == 1:
            given.setdefault("bucket", only[0])
        number = request.GET.get("customer", "")
        if number:
            known = read_number(number) is not None and sees_customers(who(request))
            given["customer"] = str(Customer.objects.filter(pk=number).first() or "") if known else ""
        link = self._find_copied(request)
        return given | (_copy(link, link.bucket, scope) if link and link.bucket else {})

    def _find_copied(self, request: HttpRequest) -> ShareLink | None:
        """The link that is being duplicated, as the page's address says, also when its form is sent. What may be
        shared no longer is not copied."""
        number = request.GET.get("copy", "")
        link = self.get_object(request, unquote(number)) if number else None
        if link is None or link.bucket is None or link.delivery == Delivery.FOREIGN:
            return None
        may_share = sharing.find_scope(who(request)).may_share(link.bucket.pk, link.object_key)
        return link if may_share else None

    def _find_known(self, request: HttpRequest, form: LinkForm) -> ShareLink | None:
        """The link of ours whose URL was pasted for a file, where this member of staff may know of it."""
        number = form.refused.params.get("link") if form.refused else None
        return self.get_object(request, str(number)) if number else None

    def _show_making(self, request: HttpRequest, form: LinkForm, promise: Promise | None = None) -> HttpResponse:
        panel: dict[str, Any] = {
            "panel": _tell_preview(form, promise),
            "offer": form.offer,
            "known": self._find_known(request, form),
        }
        if request.headers.get("HX-Request"):
            return self.render(request, "sharelink/promise", title="", form=form, **panel)
        form.hide_secrets()
        copied = self._find_copied(request)
        return self.render_form(
            request,
            "sharelink/add",
            form,
            title=gettext("Make a link"),
            presets=[duration(preset) for preset in PRESETS],
            loses_password=bool(copied and copied.password),
            has_buckets=sharing.list_buckets(form.scope).exists(),
            scope=form.scope,
            zone=timezone.get_current_timezone_name(),
            **panel,
        )


def _copy(link: ShareLink, bucket: Bucket, scope: ShareScope) -> dict[str, object]:
    """What a form begins with; all of a link that may be copied."""
    wish = copy_wish(link, bucket, owner=None, scope=scope, zone=UTC, now=timezone.now())
    copied = {name: getattr(wish, name) for name in WISHED} | {name: getattr(wish.terms, name) for name in UNDER_TERMS}
    return {**copied, "bucket": bucket.pk, "customer": str(link.customer or "")}


def _tell_preview(form: LinkForm, promise: Promise | None) -> dict[str, object] | None:
    """The promise panel: None while there is nothing to say."""
    if promise is not None:
        delivery, starts_at = Delivery(form.cleaned_data["delivery"]), form.cleaned_data["starts_at"]
        return {
            "tone": "warn" if promise.is_shortened else "good",
            "until": promise.promised_until,
            "begins": promises.beginning(starts_at) if starts_at else "",
            "asked_until": promise.asked_until if promise.is_shortened else None,
            "reasons": [promises.reason(reason) for reason in promise.reasons],
            "unchecked": promises.unchecked(promise),
            "delivery": states.label(delivery),
        }
    return {"tone": "bad", "refusal": refusals.say(form.refused)} if form.refused else None
