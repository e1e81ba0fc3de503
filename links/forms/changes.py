"""Changing links: their end, their owner, their terms."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.errors import HoldfastError, Refused
from links.domain.judging.facts import Delivery
from links.domain.link_state import has_ended
from links.domain.promise import lifetimes
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.terms import MAX_PASSWORD_LENGTH, TERMS, list_changeable
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.forms.base import MAX_FINGERPRINT_LENGTH, Done, ServiceForm
from links.forms.kept import KeptSecretInput, KeptSecretsForm
from links.forms.terms import TermFields
from links.models import ShareLink
from links.services.link_terms import Terms
from links.services.links import bulk, changes, remake, transfers
from links.services.links.bulk import EndChanged
from links.services.links.changes import NewEnd
from links.services.links.remake import Remade
from links.services.links.sharing import find_scope
from links.services.links.transfers import Transfer
from links.services.mail.senders import reaches_by_mail
from links.texts.lifetimes import duration
from links.texts.times import moment

WEEK = Lifetime(seconds=7 * 86_400)


class _Aside(forms.Field):
    """Says something about the change that the other fields make; no change of its own."""

    def has_changed(self, initial: object, data: object) -> bool:  # noqa: ARG002  whatever they are
        return False


class Fingerprint(_Aside, forms.CharField):
    """Tells whether something is as the page knew it."""


class Consent(_Aside, forms.BooleanField):
    """To what another field would do."""


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
        max_value=1_000_000,
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
            lifetime.help_text = f"{lifetime.help_text} {kept}"
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
        lifetime = lifetime or _keep(link)
        return changes.foresee_end(link, lifetime, scope=self.scope, zone=zone, now=now, more_downloads=more)

    def _change(self, link: ShareLink, lifetime: str, zone: tzinfo, now: datetime) -> NewEnd:
        self._require_seen(link)
        lifetime, more = lifetime or _keep(link), self._count_more()
        was_used_up = link.is_used_up
        done = changes.change_end(link, lifetime, scope=self.scope, zone=zone, now=now, more_downloads=more)
        self.more_allowed = more if was_used_up else 0
        return done

    def _count_more(self) -> int:
        return self.cleaned_data.get("more_downloads") or 1


class DuplicateForm(ServiceForm):
    lifetime = forms.CharField(
        label=_("Lifetime"),
        max_length=lifetimes.MAX_TEXT_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The same for all copies, for example “30 days” or “2030-12-24”. If empty, each copy gets the "
            "lifetime of its original."
        ),
    )

    def duplicate_all(self, links: Sequence[ShareLink], owner: User, now: datetime) -> list[Remade] | None:
        zone, lifetime, scope = timezone.get_current_timezone(), self.cleaned_data["lifetime"], find_scope(owner)
        return self.attempt(
            lambda: remake.duplicate_links(links, lifetime, owner=owner, scope=scope, zone=zone, now=now)
        )


class Colleagues(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        full = obj.get_full_name()
        name = f"{full} ({obj.get_username()})" if full else obj.get_username()
        return name if reaches_by_mail(obj) else gettext("%(colleague)s – no mail address") % {"colleague": name}


class ColleagueForm(ServiceForm):
    colleague = Colleagues(
        label=_("Colleague"),
        queryset=User.objects.none(),
        help_text=_("Staff who may make links. The link and its messages then go to this colleague."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["colleague"].queryset = changes.list_colleagues()  # type: ignore[attr-defined]

    def transfer_one(self, link: ShareLink, giver: User, now: datetime) -> Transfer | None:
        return self.attempt(lambda: self._transfer_one(link, giver, now))

    def _transfer_one(self, link: ShareLink, giver: User, now: datetime) -> Transfer:
        done = transfers.transfer([link], self.cleaned_data["colleague"], giver, now)
        link.refresh_from_db()
        if refused := done.results[0].refused:
            raise refused
        return done

    def transfer(self, links: Sequence[ShareLink], giver: User, now: datetime) -> Transfer | None:
        return self.attempt(lambda: transfers.transfer(links, self.cleaned_data["colleague"], giver, now))


# What stands beside the field of a term, and only with it.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "password": ("removes_password", "seen_password"),
    "slug": ("gives_up_slug",),
}


class TermsForm(KeptSecretsForm, TermFields):
    """What a link is called, for whom it is, and under which terms. Shows no password: only that there is one."""

    keeps_whole = ("password",)

    password = forms.CharField(
        label=_("New password"),
        max_length=MAX_PASSWORD_LENGTH,
        required=False,
        strip=False,
        widget=KeptSecretInput(),
        help_text=_("Leave empty for no change. Send it to the customer separately from the URL."),
    )
    removes_password = forms.BooleanField(label=_("Remove the password"), required=False)
    download_limit = forms.IntegerField(
        label=_("Downloads allowed"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("In total, including downloads so far. If empty, there is no limit."),
    )
    gives_up_slug = Consent(required=False)
    seen_password = Fingerprint(max_length=MAX_FINGERPRINT_LENGTH, required=False, widget=forms.HiddenInput)
    field_order = ["title", *(name for term in TERMS for name in (term.name, *_BESIDE.get(term.name, ())))]

    def __init__(
        self,
        link: ShareLink,
        scope: ShareScope,
        data: Mapping[str, Any] | None = None,
        *,
        reader: User | None = None,
    ) -> None:
        changeable = list_changeable(is_stable=link.delivery == Delivery.STABLE)
        names = [name for name in changeable if name != "password"]
        present = {name: getattr(link, name) for name in names} | ({"slug": link.slug or ""} if "slug" in names else {})
        initial = {**present, "customer": str(link.customer or ""), "seen_password": _fingerprint(link.password)}
        super().__init__(reader, data, initial=initial)
        self.link, self.scope, self.present = link, scope, present
        for name in _list_needless(link, changeable):
            del self.fields[name]
        if link.slug:
            self._say_what_a_new_slug_does(link.slug)
        if link.delivery != Delivery.STABLE:  # it has no page of ours
            self.fields["title"].help_text = gettext("Customers read it in your message. Default: the file's name.")
        for name in names:
            self.fields[name].show_hidden_initial = True

    def change(self, now: datetime, by: User) -> bool:
        return self.attempt(lambda: self._change(now, by)) is not None

    @property
    def given_up(self) -> str:
        """The address that stops working; empty where none does."""
        before = self.present.get("slug", "")
        is_changed = "slug" in self.changed_data and self.cleaned_data.get("slug") != before
        return f"/f/{before}" if before and is_changed else ""

    def _change(self, now: datetime, by: User) -> ShareLink:
        """What this reader left as it was may have been changed since the page was opened, and stays."""
        if any(map(self._was_overtaken, self.changed_data)):
            raise Refused(Reason.LINK_CHANGED)
        if self.given_up and not self.cleaned_data["gives_up_slug"]:
            raise Refused(Reason.SLUG_UNCONFIRMED)
        entered = {name: self.cleaned_data[name] for name in self.changed_data if name in self.present}
        if "customer" in entered:
            entered["customer"] = self.find_customer(now, by)
        removes = self.cleaned_data.get("removes_password", False)
        password = self.cleaned_data.get("password") or ("" if removes else None)
        changes.change_terms(self.link, Terms(**{**self.present, **entered}, password=password), self.scope, now)
        return self.link

    def _say_what_a_new_slug_does(self, slug: str) -> None:
        values = {"address": f"/f/{slug}"}
        warning = gettext(
            "Customers who received %(address)s can no longer open the file there after you change it. If "
            "empty, the link has its random address."
        )
        self.fields["slug"].help_text = warning % values
        self.fields["gives_up_slug"].label = gettext("Stop %(address)s") % values

    def _was_overtaken(self, name: str) -> bool:
        """Whether somebody changed this field while the page lay open."""
        field, now = self.fields[name], self.get_initial_for_field(self.fields[name], name)
        if not field.show_hidden_initial:  # what is entered about the password, which no page shows
            return bool(self.cleaned_data["seen_password"] != _fingerprint(self.link.password))
        return field.has_changed(field.to_python(now), self.data.get(self.add_initial_prefix(name)))


def _list_needless(link: ShareLink, changeable: Container[str]) -> Iterator[str]:
    """The fields that have nothing to say about this link."""
    for term in TERMS:
        if term.name not in changeable:
            yield from (term.name, *_BESIDE.get(term.name, ()))
        elif term.name == "password" and not link.password:
            yield "removes_password"
        elif term.name == "slug" and not link.slug:
            yield "gives_up_slug"


def _mark_end(link: ShareLink) -> str:
    moments = [when.isoformat() for when in (link.promised_until, link.revoked_at) if when]
    return "/".join([*moments, "used-up"] if link.is_used_up else moments)


def _fingerprint(password: str) -> str:
    """A mark by which one stored password is told from another, and nothing else."""
    return salted_hmac("links.forms.changes", password, algorithm="sha256").hexdigest()


def _keep(link: ShareLink) -> str:
    return str(Lifetime(end=link.promised_until))


def _propose(link: ShareLink) -> str:
    """As long as it was given first; a week where that was a date."""
    try:
        lifetime = lifetimes.parse(link.lifetime, zone=UTC)
    except HoldfastError:
        lifetime = WEEK
    return duration(WEEK if lifetime.end else lifetime)
