"""Visits: customers' requests for a link, and what came of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.models.links import ShareLink


class Visit(models.Model):
    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="visits", verbose_name=_("link"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=20)
    address = models.CharField(_("address"), max_length=60, blank=True, help_text=_("Shortened."))
    browser = models.CharField(_("browser"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["link", "-at"], name="visit_by_link")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
