"""A new end for links, and a link that has ended opened again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.errors import HoldfastError, Refused
from links.domain.link_state import has_ended
from links.domain.promise import lifetimes
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.terms import MAX_DOWNLOADS
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.forms.base import MAX_FINGERPRINT_LENGTH, Done, ServiceForm
from links.forms.changes.fields import Fingerprint
from links.models import ShareLink
from links.services.links import bulk, changes
from links.services.links.bulk import EndChanged
from links.services.links.changes import NewEnd
from links.texts.formatting import join
from links.texts.lifetimes import duration
from links.texts.times import moment

WEEK = Lifetime(seconds=7 * 86_400)


class EndForm(ServiceForm):
    """A new end: later or earlier. `seen` is what one link's page told of its end; `scope` what the reader may
    share."""

    lifetime = forms.CharField(
        label=_("New lifetime"),
        max_length=lifetimes.MAX_TEXT_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "“+7 days” counts from the current expiry date, “30 days” or “6 hours” from now. Or enter the "
            "date: “2030-12-24” or “2030-12-24 18:00”."
        ),
    )
    seen = Fingerprint(max_length=MAX_FINGERPRINT_LENGTH, required=False, widget=forms.HiddenInput)
    more_allowed = 0  # downloads that were given beside the new end

    def __init__(
        self, scope: ShareScope, data: Mapping[str, Any] | None = None, *, link: ShareLink | None = None
    ) -> None:
        super().__init__(data, initial={"seen": _mark_end(link) if link else ""})
        self.scope = scope

    def foresee(self, link: ShareLink, now: datetime) -> NewEnd | None:
        return self._attempt(lambda lifetime, zone: self._foresee(link, lifetime, zone, now))

    def change(self, link: ShareLink, now: datetime) -> NewEnd | None:
        return self._attempt(lambda lifetime, zone: self._change(link, lifetime, zone, now))

    def change_all(self, links: Sequence[ShareLink], now: datetime) -> list[EndChanged] | None:
        return self._attempt(
            lambda lifetime, zone: bulk.change_ends(links, lifetime, scope=self.scope, zone=zone, now=now)
        )

    def foresee_all(self, links: Sequence[ShareLink], now: datetime) -> list[EndChanged] | None:
        return self._attempt(
            lambda lifetime, zone: bulk.foresee_ends(links, lifetime, scope=self.scope, zone=zone, now=now)
        )

    def _foresee(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime) -> NewEnd:
        self._require_seen(link)
        return changes.foresee_end(link, lifetime, scope=self.scope, zone=zone, now=now)

    def _change(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime) -> NewEnd:
        self._require_seen(link)
        return changes.change_end(link, lifetime, scope=self.scope, zone=zone, now=now)

    def _require_seen(self, link: ShareLink) -> None:
        """Who read another end has to decide again, and so has who never read that it was revoked: the page that is
        shown then tells how it stands, beside what was typed."""
        seen, there_is = self.cleaned_data["seen"], _mark_end(link)
        if (seen or link.is_revoked) and seen != there_is:
            self.replace(seen=there_is, lifetime=self.cleaned_data["lifetime"])
            raise Refused(Reason.LINK_CHANGED)

    def _attempt(self, act: Callable[[str, tzinfo], Done]) -> Done | None:
        return self.attempt(lambda: act(self.cleaned_data["lifetime"], timezone.get_current_timezone()))


class ReviveForm(EndForm):
    """Until when the link shall work again; and how often, where its downloads are used up. Whoever sends it has read
    that it was revoked."""

    more_downloads = forms.IntegerField(
        label=_("More downloads"),
        min_value=1,
        max_value=MAX_DOWNLOADS,
        initial=1,
        required=False,
        help_text=_("In addition to those that were used. If empty, one."),
    )

    def __init__(
        self, scope: ShareScope, data: Mapping[str, Any] | None = None, *, link: ShareLink, now: datetime
    ) -> None:
        super().__init__(scope, data, link=link)
        lifetime = self.fields["lifetime"]
        lifetime.label = gettext("New expiry date")
        lifetime.help_text = gettext(
            "The date, “2030-12-24” or “2030-12-24 18:00”, or a duration from now: “30 days”, “6 hours”."
        )
        if has_ended(link.promised_until, now):
            lifetime.initial = _propose(link)
        else:
            lifetime.required = False
            kept = gettext("If empty, the present one is kept: %(moment)s.") % {"moment": moment(link.promised_until)}
            lifetime.help_text = join([str(lifetime.help_text), kept])
        if not link.is_used_up:
            del self.fields["more_downloads"]

    def foresee_proposed(self, link: ShareLink, now: datetime) -> NewEnd | None:
        """What would be done, or be refused, if the form were sent as it is shown first."""
        try:
            lifetime = str(self.fields["lifetime"].initial or "")
            return self._foresee_revival(link, lifetime, timezone.get_current_timezone(), now, 1)
        except HoldfastError as error:
            self.refused = error
            return None

    def _foresee(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime) -> NewEnd:
        self._require_seen(link)
        return self._foresee_revival(link, lifetime, zone, now, self._count_more())

    def _foresee_revival(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime, more: int) -> NewEnd:
        lifetime = lifetime or changes.keep_end(link)
        return changes.foresee_end(link, lifetime, scope=self.scope, zone=zone, now=now, more_downloads=more)

    def _change(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime) -> NewEnd:
        self._require_seen(link)
        lifetime, more = lifetime or changes.keep_end(link), self._count_more()
        was_used_up = link.is_used_up
        done = changes.change_end(link, lifetime, scope=self.scope, zone=zone, now=now, more_downloads=more)
        self.more_allowed = more if was_used_up else 0
        return done

    def _count_more(self) -> int:
        return self.cleaned_data.get("more_downloads") or 1


def _mark_end(link: ShareLink) -> str:
    moments = [when.isoformat() for when in (link.promised_until, link.revoked_at) if when]
    return "/".join([*moments, "used-up"] if link.is_used_up else moments)


def _propose(link: ShareLink) -> str:
    """As long as it was given first; a week where that was a date."""
    try:
        lifetime = lifetimes.parse(link.lifetime, zone=UTC)
    except HoldfastError:
        lifetime = WEEK
    return duration(WEEK if lifetime.end else lifetime)
