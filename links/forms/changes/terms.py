"""The terms of one link: what it is called, for whom, and how it is opened."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.errors import Refused
from links.domain.judging.facts import Delivery
from links.domain.promise.terms import MAX_DOWNLOADS, MAX_PASSWORD_LENGTH, TERMS, list_changeable
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.forms.base import MAX_FINGERPRINT_LENGTH
from links.forms.changes.fields import Consent, Fingerprint
from links.forms.kept import KeptSecretInput, KeptSecretsForm
from links.forms.terms import TermFields
from links.models import ShareLink
from links.services.link_terms import Terms
from links.services.links import changes

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
        max_value=MAX_DOWNLOADS,
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


def _fingerprint(password: str) -> str:
    """A mark by which one stored password is told from another, and nothing else."""
    return salted_hmac("links.forms.changes", password, algorithm="sha256").hexdigest()
