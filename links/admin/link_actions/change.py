"""Living with a link: validate it, change its end, edit it, hand it to a colleague, revoke it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from links.admin.base.finding_views import explain_promise
from links.admin.base.model_admin import HoldfastModelAdmin, who
from links.admin.link_actions.revoke_preview import build_revoke_preview
from links.admin.link_actions.validation_messages import build_messages
from links.domain.errors import HoldfastError
from links.domain.facts import Delivery
from links.domain.lifetimes import PRESETS
from links.forms.changes import ColleagueForm, EndForm, TermsForm
from links.models import ShareLink
from links.queries.link_state import read_state
from links.services import changes, sharing
from links.services.changes import NewEnd
from links.services.on_demand import ask_for_validation
from links.words import ends, promises, refusals
from links.words.histories import keep, keep_end
from links.words.lifetimes import duration

HANDED = gettext_noop("Handed to %(colleague)s.")


class LivingDesk(HoldfastModelAdmin[ShareLink]):
    def validate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self._find_to_change(request, object_id)
        lasting = [] if read_state(link, timezone.now()).is_withdrawn else [link.pk]
        for level, told in build_messages(ask_for_validation(lasting, timezone.now), len(lasting)):
            messages.add_message(request, level, told)
        return self.go_to("change", link.pk)

    def follow_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self._find_to_change(request, object_id)
        try:
            done = changes.follow_latest(link, sharing.find_scope(who(request)), timezone.now())
        except HoldfastError as error:
            messages.error(request, refusals.say(error))
            return self.go_to("change", link.pk)
        if done:
            self.log_change(request, link, keep(gettext_noop("Follows the latest file.")))
            told = gettext("The link leads to the file that is there now, and to whatever replaces it.")
            messages.success(request, told)
        return self.go_to("change", link.pk)

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self._find_to_change(request, object_id)
        if request.method != "POST":
            return self.render(
                request,
                "sharelink/revoke",
                title=gettext("Are you sure?"),
                page=build_revoke_preview([link], timezone.now()),
                cancel=self.address("change", link.pk),
            )
        if changes.revoke(link, timezone.now()):
            self.log_change(request, link, keep(gettext_noop("Revoked.")))
            messages.success(request, gettext("The link was revoked."))
        return self.go_to("change", link.pk)

    # Its end ------------------------------------------------------------------------------------------------------

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Extend, shorten and revive are one question: until when?"""
        link, now = self._find_to_change(request, object_id), timezone.now()
        self.require(link.delivery == Delivery.STABLE)
        form = EndForm(sharing.find_scope(who(request)), request.POST or None, link=link)
        ready = request.method == "POST" and form.is_valid()
        if ready and "preview" not in request.POST and (done := form.change(link, now)):
            return self._tell_new_end(request, link, done)
        foreseen = form.foresee(link, now) if ready and "preview" in request.POST else None
        return self._show_end(request, link, form, foreseen)

    def _show_end(self, request: HttpRequest, link: ShareLink, form: EndForm, foreseen: NewEnd | None) -> HttpResponse:
        panel = _tell_foreseen(foreseen, form)
        if request.headers.get("HX-Request"):
            return self.render(request, "sharelink/end_panel", title="", form=form, panel=panel)
        is_live = read_state(link, timezone.now()).is_live
        return self.render_form(
            request,
            "sharelink/end",
            form,
            title=gettext("Change the end") if is_live else gettext("Revive this link"),
            link=link,
            is_live=is_live,
            promise=explain_promise(link, timezone.now()) if is_live else "",
            panel=panel,
            presets=list_presets(),
            zone=timezone.get_current_timezone_name(),
        )

    def _tell_new_end(self, request: HttpRequest, link: ShareLink, done: NewEnd) -> HttpResponse:
        told = ends.sentence(done.change, done.before, done.promise.promised_until)
        self.log_change(request, link, keep_end(done.change, done.before, done.promise.promised_until))
        messages.success(request, told)
        if done.promise.is_shortened:
            messages.warning(request, promises.summary(done.promise, Delivery(link.delivery)))
        return self.go_to("change", link.pk)

    # Its terms, its owner -----------------------------------------------------------------------------------------

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self._find_to_change(request, object_id)
        form = TermsForm(link, sharing.find_scope(who(request)), request.POST or None)
        if request.method == "POST" and form.is_valid() and form.change(timezone.now(), who(request)):
            self.log_change(request, link, [{"changed": {"fields": _name_changed(form)}}])
            messages.success(request, gettext("Saved."))
            if form.given_up:
                told = gettext("%(address)s stopped working. Send the customer the URL that the link has now.")
                messages.warning(request, told % {"address": form.given_up})
            return self.go_to("change", link.pk)
        return self.render_form(
            request,
            "sharelink/edit",
            form,
            title=gettext("Edit this link"),
            link=link,
            zone=timezone.get_current_timezone_name(),
        )

    def hand_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self._find_to_change(request, object_id)
        form = ColleagueForm(request.POST or None)
        if request.method != "POST" or not form.is_valid() or not form.hand(link):
            return self.render_form(request, "sharelink/hand", form, title=gettext("Hand it to a colleague"), link=link)
        colleague = form.cleaned_data["colleague"].get_username()
        self.log_change(request, link, keep(HANDED, colleague=colleague))
        messages.success(request, gettext(HANDED) % {"colleague": colleague})
        # It may be out of the giver's sight now.
        return self.go_to("change", link.pk) if self.get_object(request, str(link.pk)) else self.go_to("changelist")

    def _find_to_change(self, request: HttpRequest, object_id: str) -> ShareLink:
        link = self.find(request, object_id)
        self.require(self.has_change_permission(request, link))
        return link


def list_presets() -> list[str]:
    return [duration(preset) for preset in PRESETS]


def _tell_foreseen(foreseen: NewEnd | None, form: EndForm) -> dict[str, object] | None:
    """The panel beside the field: None while there is nothing to say."""
    if foreseen is not None:
        promise = foreseen.promise
        return {
            "tone": "warn" if promise.is_shortened else "good",
            "sentence": ends.sentence(foreseen.change, foreseen.before, promise.promised_until),
            "before": foreseen.before,
            "after": promise.promised_until,
            "asked_until": promise.asked_until if promise.is_shortened else None,
            "reasons": [promises.reason(reason) for reason in promise.reasons],
            "unchecked": promises.unchecked(promise),
        }
    return {"tone": "bad", "refusal": refusals.say(form.refused)} if form.refused else None


def _name_changed(form: TermsForm) -> list[str]:
    """The labels of what was changed, in the source's language: histories are translated when they are read."""
    with translation.override(None):
        return [str(form.fields[name].label) for name in form.changed_data]
