"""The outbox: messages on their way to somebody, each a row until it was delivered (links.services.mail.outbox)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.models.leases import LeasedModel


class OutboxMessage(LeasedModel):
    """`key` names the message for good: who gets it twice can tell."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("made at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    class Meta:
        abstract = True

    def describe(self) -> dict[str, object]:
        """What the log tells of it: its number, and no address and no secret."""
        raise NotImplementedError
