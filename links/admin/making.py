"""Making a link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.handing import HandingDesk
from links.admin.pages import who
from links.domain.facts import Delivery
from links.domain.lifetimes import PRESETS
from links.domain.promises import Promise
from links.forms.links import LinkForm
from links.models import Bucket
from links.words import promises, refusals, states
from links.words.lifetimes import duration


class MakingDesk(HandingDesk):
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
        return self.hand_over(request, issued) if issued else self._show_making(request, form)

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
