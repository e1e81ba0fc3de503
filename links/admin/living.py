"""Living with links: validate, extend, revoke."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin import badges
from links.admin.pages import AT_ONCE, Desk
from links.admin.told import tell_promise
from links.domain.facts import Delivery
from links.domain.lifetimes import PRESETS
from links.forms.links import ExtendForm
from links.models import ShareLink
from links.services import issue
from links.services.on_demand import Asked, ask_for_validation
from links.words import promises
from links.words.lifetimes import duration


class LivingDesk(Desk[ShareLink]):
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

    def follow_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(self.has_change_permission(request))
        link = self.find(request, object_id)
        issue.follow_latest(link, timezone.now())
        self.log_change(request, link, gettext("Follows the latest file."))
        messages.success(request, gettext("The link leads to the file that is there now, and to whatever replaces it."))
        return self.go_to("change", link.pk)

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
