"""Time requests: a customer asks for more time, and the sender answers."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.conf.languages import LANGUAGES
from links.models.links.share_links import AboutLinkQuerySet, ShareLink


class TimeRequestQuerySet(AboutLinkQuerySet["TimeRequest"]):
    def open(self) -> Self:
        return self.filter(answered_at__isnull=True)


class TimeRequest(models.Model):
    """One is open per link at most: whoever asks before the answer is asking the same, in a message of their own."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="time_requests", verbose_name=_("link"))
    at = models.DateTimeField(_("at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    granted_until = models.DateTimeField(_("granted until"), null=True, blank=True)

    objects = models.Manager.from_queryset(TimeRequestQuerySet)()

    class Meta:
        verbose_name = _("time request")
        verbose_name_plural = _("time requests")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["link"], name="time_request_open_once", condition=Q(answered_at=None))
        ]
        indexes = [models.Index(fields=["-answered_at", "-id"], name="time_request_by_answer")]

    def __str__(self) -> str:
        return f"#{self.pk} for link {self.link_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class TimeRequestMessage(models.Model):
    """What one person said who asked, and where they are written to. The link may have been sent to several."""

    time_request = models.ForeignKey(
        TimeRequest, models.CASCADE, related_name="messages", verbose_name=_("time request")
    )
    at = models.DateTimeField(_("at"))
    message = models.CharField(_("message"), max_length=500, blank=True)
    mail = models.EmailField(_("mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("message of a time request")
        verbose_name_plural = _("messages of time requests")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk} of time request {self.time_request_id}"
