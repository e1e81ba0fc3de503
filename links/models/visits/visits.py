"""Visits: customers' requests for a link, and what came of them."""

from datetime import date, datetime

from django.db import models
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from links.models.links.share_links import AboutLinkQuerySet, ShareLink


class VisitQuerySet(AboutLinkQuerySet["Visit"]):
    def count_daily(self, since: datetime) -> list[tuple[date, str, int]]:
        """Each day, in the active zone, with each outcome that it saw and how often."""
        daily = self.filter(at__gte=since).order_by().annotate(day=TruncDate("at")).values_list("day", "outcome")
        return list(daily.annotate(count=Sum("times")))


class Visit(models.Model):
    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="visits", verbose_name=_("link"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=20)
    # How often in all, where one row stands for several.
    times = models.PositiveIntegerField(_("times"), default=1)
    address = models.CharField(_("address"), max_length=60, blank=True, help_text=_("Shortened."))
    browser = models.CharField(_("browser"), max_length=40, blank=True)

    objects = models.Manager.from_queryset(VisitQuerySet)()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["link", "-at"], name="visit_by_link")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
