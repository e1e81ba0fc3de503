"""Mails about one link to one person, or to an alert channel, kept until they were delivered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.models.leases import LeasedQuerySet
from links.models.links.share_links import AboutLinkQuerySet, ShareLink
from links.models.mail.outbox import OutboxMessage


class LinkMailQuerySet(LeasedQuerySet["LinkMail"], AboutLinkQuerySet["LinkMail"]):  # type: ignore[override]  # the stubs' managers
    """Work to be done, of which one sees what is about one's own links."""


class LinkMail(OutboxMessage):
    """What it says is put into words when it is sent, in the recipient's language and zone. Holds no URL: a link's
    URL is a bearer secret. `channel` is the alert channel that it goes to instead of an address, where its link's owner
    cannot be written to. `import_batch` is set where it is about all links of one; `link` is the first of them."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="link_mails", verbose_name=_("link"))
    kind = models.CharField(_("kind"), max_length=20)
    to = models.EmailField(_("to"), blank=True)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    params = models.JSONField(default=dict)
    import_batch = models.UUIDField(null=True, editable=False)

    objects = models.Manager.from_queryset(LinkMailQuerySet)()

    class Meta:
        verbose_name = _("mail about a link")
        verbose_name_plural = _("mails about links")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="link_mail_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["import_batch"], name="link_mail_import", condition=Q(import_batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to or self.channel}"

    def describe(self) -> dict[str, object]:
        return {"link_mail": self.pk, "kind": self.kind}
