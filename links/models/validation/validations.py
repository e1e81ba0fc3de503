"""Validations: the history of what was asked, answered and judged; and the watcher's own pulse."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import models
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from links.models.links.share_links import AboutLinkQuerySet, ShareLink


class Validation(models.Model):
    """`is_change` tells that the link's verdict or its findings were others before: such rows are kept for longer."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="validations", verbose_name=_("link"))
    at = models.DateTimeField(_("at"))
    verdict = models.CharField(_("verdict"), max_length=10)
    findings = models.JSONField(default=list)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    store_code = models.CharField(_("store's code"), max_length=100, blank=True)
    took_ms = models.PositiveIntegerField(_("milliseconds"), default=0)
    is_change = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(AboutLinkQuerySet["Validation"])()

    class Meta:
        verbose_name = _("validation")
        verbose_name_plural = _("validations")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["link", "-at"], name="validation_by_link"),
            models.Index(fields=["id"], name="validation_unchanged", condition=models.Q(is_change=False)),
            models.Index(fields=["id"], name="validation_changed", condition=models.Q(is_change=True)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verdict}"


class Heartbeat(models.Model):
    """When each of the watcher's jobs last ran to its end, and each worker last said that it lives: the watcher is
    watched. And when each process that leases rows last said so: `HOLDER` and its number (links.models.leases)."""

    MAX_NAME_LENGTH = 100
    HOLDER = "holder "

    name = models.CharField(max_length=MAX_NAME_LENGTH, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def record(cls, name: str, now: datetime) -> None:
        """By one statement: each process does it every other second."""
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, at=now)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
        )

    @classmethod
    def last(cls, name: str) -> datetime | None:
        return cls.objects.filter(name=name).values_list("at", flat=True).first()


class DailyVerdictCount(models.Model):
    """How many links, of those that were validated on a day (UTC), had this verdict after the last validation of that
    day: a chart must not count a million rows."""

    day = models.DateField()
    verdict = models.CharField(max_length=10)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "verdict"], name="verdict_tally_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.verdict}: {self.count}"

    @staticmethod
    def add(day: date, counts: Mapping[str, int]) -> None:
        """Of links whose verdict changed since their last validation of the day, the earlier one is counted with a
        minus. Call it last in a transaction: until its end others wait for the day's rows."""
        for verdict, count in sorted((verdict, count) for verdict, count in counts.items() if count):
            of_verdict = DailyVerdictCount.objects.filter(day=day, verdict=verdict)
            changed = Greatest(F("count") + count, 0)
            if not of_verdict.update(count=changed):
                DailyVerdictCount.objects.bulk_create(
                    [DailyVerdictCount(day=day, verdict=verdict)], ignore_conflicts=True
                )
                of_verdict.update(count=changed)
