"""One event on its way to one webhook."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from links.models.leases import LeasedQuerySet
from links.models.mail.outbox import OutboxMessage
from links.models.webhooks.events import WebhookEvent
from links.models.webhooks.webhooks import Webhook


class WebhookMessageQuerySet(LeasedQuerySet["WebhookMessage"]):
    def undelivered(self) -> Self:
        return self.filter(delivered_at__isnull=True, given_up_at__isnull=True)

    def in_turn(self) -> Self:
        """Undelivered ones before which their webhook has nothing to be told of the same link or incident.

        For each message the first about the same is looked up in `webhook_undelivered`. NOT EXISTS would be a join on
        PostgreSQL, which compares each of 20,000 downloads of one link with each. And `about` is sought by its order,
        though the first that is not below is always an equal one, since an equality would let the planner go through
        all events from the oldest on.
        """
        waiting = WebhookMessage.objects.undelivered()
        same = waiting.filter(webhook=OuterRef("webhook"), about__gte=OuterRef("about")).order_by("about", "event")
        return self.undelivered().filter(event=Subquery(same.values("event")[:1]))


class WebhookMessage(OutboxMessage):
    """`about` is the event's. `status` and `took_ms` are of the last attempt: the HTTP status, None where nothing was
    answered, and for how long it was waited."""

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="messages", verbose_name=_("webhook"), db_index=False
    )
    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="messages", verbose_name=_("event"))
    about = models.CharField(max_length=40, editable=False)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, editable=False)
    took_ms = models.PositiveIntegerField(_("milliseconds"), default=0, editable=False)

    objects = models.Manager.from_queryset(WebhookMessageQuerySet)()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-event", "-pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="webhook_message_once")]
        indexes = [
            models.Index(fields=["due_at"], name="webhook_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["webhook", "about", "event"],
                name="webhook_undelivered",
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(
                fields=["created_at"],
                name="webhook_waiting",
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.kind} → {self.webhook.name}"

    def describe(self) -> dict[str, object]:
        return {"webhook_message": self.pk, "webhook": self.webhook_id}
