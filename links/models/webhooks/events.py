"""Events: what happened, kept until every webhook that wants it was told, and some time longer for a replay."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.models.incidents.incidents import Incident
from links.models.links.share_links import ShareLink


class WebhookEvent(models.Model):
    """`body` is the JSON that is signed and sent, as it was written when it happened. It goes with the link, or the
    incident, that it is about."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("event"), max_length=40)
    at = models.DateTimeField(_("at"))
    body = models.TextField()
    link = models.ForeignKey(
        ShareLink, models.CASCADE, null=True, related_name="webhook_events", verbose_name=_("link")
    )
    incident = models.ForeignKey(
        Incident, models.CASCADE, null=True, related_name="webhook_events", verbose_name=_("incident")
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="webhook_event_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"

    @property
    def event_id(self) -> str:
        """The id in its body, by which a receiver tells a repeat."""
        return f"evt_{self.key.hex}"

    @property
    def about(self) -> str:
        """Of events with one `about`, each waits for those before it."""
        return f"link {self.link_id}" if self.link_id else f"incident {self.incident_id}"
