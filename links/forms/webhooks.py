"""A webhook's name, address and events; and since when events are sent again."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from links.domain.errors import Refused
from links.domain.events.kinds import EventKind
from links.domain.events.webhooks import MAX_ADDRESS_LENGTH, MAX_NAME_LENGTH
from links.domain.reasons import Reason
from links.forms.base import ServiceForm, VerbatimInput
from links.models import Webhook
from links.services.webhooks import replays, webhooks
from links.services.webhooks.webhooks import NewSecret
from links.texts import refusals
from links.texts.pages.webhooks import name_event

_explain: Callable[[Reason], str] = lazy(lambda reason: refusals.explain(Refused(reason)), str)
_MOMENT = "%Y-%m-%dT%H:%M"


class AddressInput(VerbatimInput):
    """An address may hold a secret of the other system's: a page never repeats what was entered."""

    def format_value(self, value: object) -> None:  # noqa: ARG002  whatever it is
        return None


class WebhookForm(ServiceForm):
    """A new webhook; of one that is there, the address is kept where the field is left empty."""

    name = forms.CharField(
        label=_("Name"), max_length=MAX_NAME_LENGTH, help_text=_("Which system is told, for example: order system.")
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=MAX_ADDRESS_LENGTH,
        widget=AddressInput({"inputmode": "url"}),
        help_text=_("For example https://orders.example.com/hook. It is saved encrypted and not shown again."),
        error_messages={"required": _explain(Reason.WEBHOOK_ADDRESS_MALFORMED)},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _explain(Reason.WEBHOOK_EVENTS_MISSING)},
    )

    def __init__(self, data: object = None, *, webhook: Webhook | None = None) -> None:
        initial = {"name": webhook.name, "kinds": webhook.kinds} if webhook else {}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a request's QueryDict
        self.webhook = webhook
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]  # its class is chosen above
            (kind.value, f"{name_event(kind)} ({kind.value})") for kind in EventKind
        ]
        if webhook is not None:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("Leave empty to keep the present one, at %(host)s.") % {
                "host": webhook.host
            }

    def add(self, by: User, now: datetime) -> NewSecret | None:
        entered = self.cleaned_data
        return self.attempt(lambda: webhooks.add(entered["name"], entered["address"], self._kinds, by, now))

    def change(self, webhook: Webhook) -> bool:
        entered = self.cleaned_data
        self.attempt(lambda: webhooks.change(webhook, entered["name"], entered["address"], self._kinds))
        return self.refused is None

    @property
    def _kinds(self) -> list[EventKind]:
        return [EventKind(value) for value in self.cleaned_data["kinds"]]


class ReplayForm(ServiceForm):
    since = forms.DateTimeField(
        label=_("Everything since"),
        widget=forms.DateTimeInput(format=_MOMENT, attrs={"type": "datetime-local"}),
        help_text=_("Events are kept for 30 days."),
    )

    def replay(self, webhook: Webhook, now: datetime) -> int | None:
        since = self.cleaned_data["since"]
        return self.attempt(lambda: replays.replay_since(webhook, since, now))
