"""Webhooks: addresses of other systems that are told what happens."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from links.domain.events.kinds import EventKind, read_kinds
from links.domain.events.webhooks import WebhookState
from links.models.fields import EncryptedField, EncryptedModel


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def on(self) -> Self:
        """Those that are told."""
        return self.filter(state=WebhookState.ON.value)

    def stopped(self) -> Self:
        """Those that are told nothing more, though nobody here turned them off."""
        return self.filter(state__in=[WebhookState.GONE.value, WebhookState.GIVEN_UP.value])


class Webhook(EncryptedModel):
    """One address, and what it is told of. The address may hold a secret of the other system's, and is encrypted;
    `host`, with the port where it is not the usual one, is what staff see of it.

    `failing_since` is set while nothing is taken, `failures` counts the attempts since then.
    """

    name = models.CharField(_("name"), max_length=100)
    host = models.CharField(_("host"), max_length=270, editable=False)
    address = EncryptedField(kind="webhook-address", bound_to=["host"], editable=False)
    kinds = models.JSONField(_("events"), default=list)
    secret = EncryptedField(kind="webhook-secret", editable=False)
    previous_secret = EncryptedField(kind="webhook-previous-secret", null=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, default=WebhookState.ON.value, editable=False)
    state_since = models.DateTimeField(_("since"), editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("added at"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == WebhookState.ON

    def read_kinds(self) -> frozenset[EventKind]:
        return read_kinds(self.kinds)
