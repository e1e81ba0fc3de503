"""Incidents: one root cause with all the links it affects; and the notices about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from links.domain.findings import OUTAGE, Code, Finding, Verdict
from links.models.leases import LeasedQuerySet
from links.models.links.share_links import AboutLinkQuerySet, ShareLink
from links.models.mail.outbox import OutboxMessage
from links.models.search import SearchedModel


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def with_unasked(self) -> Self:
        """Each with `unasked_since`: since when none of the links that it affects can be asked about it, or None."""
        present = IncidentLink.objects.filter(incident=OuterRef("pk"), over_at=None)
        last = Subquery(present.order_by("-unasked_since").values("unasked_since")[:1])
        asked = Exists(present.filter(unasked_since=None))
        return self.annotate(unasked_since=Case(When(asked, then=None), default=last))


class Incident(SearchedModel):
    """`params` are what the findings of all its links agree in. `announced_at` is None while only the one who brought
    its links in is told of it (links.services.mail.imports)."""

    code = models.CharField(_("cause"), max_length=60)
    subject = models.TextField(_("about"))
    params = models.JSONField(default=dict)
    verdict = models.CharField(_("severity"), max_length=10)
    opened_at = models.DateTimeField(_("since"))
    changed_at = models.DateTimeField(_("changed at"))
    announced_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    fails_at = models.DateTimeField(_("stops working"), null=True, blank=True)
    link_count = models.PositiveIntegerField(_("links"), default=0)

    searched = ("subject", "code")
    unasked_since: datetime | None = None  # what `with_unasked` found

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"], name="incident_open_once", condition=Q(resolved_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["subject"],
                name="incident_outage_once",
                condition=Q(resolved_at__isnull=True, code__in=[code.value for code in OUTAGE]),
            ),
        ]
        indexes = [
            models.Index(fields=["code", "subject"], name="incident_by_cause"),
            models.Index(fields=["-resolved_at", "-opened_at", "-id"], name="incident_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    def read_finding(self) -> Finding | None:
        """What it is about; None for a code that an older version wrote, and that is found by nobody any more."""
        try:
            return Finding(Code(self.code), Verdict(self.verdict), self.fails_at, self.params)
        except ValueError:
            return None


Cause = tuple[str, str]
"""An incident's code and subject."""


def share_cause(incidents: Iterable[Incident], prefix: str = "") -> Q:
    """Incidents of the same causes as these, and perhaps some others: compare each one's own. `prefix` leads to the
    incident from a row that is about one, as `incident__`."""
    causes = [(incident.code, incident.subject) for incident in incidents]
    codes, subjects = {code for code, _ in causes}, {subject for _, subject in causes}
    return Q(**{f"{prefix}code__in": codes, f"{prefix}subject__in": subjects})


class IncidentLink(models.Model):
    """That an incident affects a link, since when, how gravely, and when it will fail; `params` are those of the link's
    own finding. `unasked_since` is set while something else keeps us from asking whether it still does."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="incident_links")
    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="incident_links")
    since = models.DateTimeField()
    verdict = models.CharField(max_length=10, blank=True)
    params = models.JSONField(default=dict)
    fails_at = models.DateTimeField(null=True)
    unasked_since = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(AboutLinkQuerySet["IncidentLink"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "link"], name="incident_link_once")]
        indexes = [models.Index(fields=["link"], name="incident_link_open", condition=Q(over_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.incident_id} affects {self.link_id}"


class IncidentNoticeQuerySet(LeasedQuerySet["IncidentNotice"]):
    def undelivered(self) -> Self:
        return self.filter(delivered_at__isnull=True, given_up_at__isnull=True)

    def overdue(self, now: datetime) -> Self:
        """Undelivered, and not for a rule: what was never tried and is due later waits by design."""
        return self.undelivered().exclude(attempts=0, due_at__gt=now)

    def in_turn(self) -> Self:
        """Those before which their channel has nothing to tell of the same incident."""
        earlier = IncidentNotice.objects.undelivered().filter(
            incident=OuterRef("incident"), channel=OuterRef("channel"), pk__lt=OuterRef("pk")
        )
        return self.filter(~Exists(earlier))


class NoticeDigest(OutboxMessage):
    """One message to one channel in which several notices are told."""

    channel = models.CharField(_("channel"), max_length=100)

    objects = models.Manager.from_queryset(LeasedQuerySet["NoticeDigest"])()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="digest_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["channel", "created_at"], name="digest_lately"),
        ]

    def __str__(self) -> str:
        return f"digest → {self.channel}"

    def describe(self) -> dict[str, object]:
        return {"digest": self.pk, "channel": self.channel}


class IncidentNotice(OutboxMessage):
    """One message about one incident to one channel. It stands here until it was delivered: alone from `admitted_at`
    on, or as a part of `digest`, which then has the due time and the lease (links.domain.alert_limits)."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="notices", verbose_name=_("incident"))
    kind = models.CharField(_("kind"), max_length=10)
    channel = models.CharField(_("channel"), max_length=100)
    admitted_at = models.DateTimeField(null=True, editable=False)
    digest = models.ForeignKey(
        NoticeDigest, models.SET_NULL, null=True, editable=False, related_name="notices", verbose_name=_("digest")
    )

    objects = models.Manager.from_queryset(IncidentNoticeQuerySet)()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="notice_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["created_at"],
                name="notice_undelivered",
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(
                fields=["channel", "admitted_at"], name="notice_admitted", condition=Q(admitted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.channel}"

    def describe(self) -> dict[str, object]:
        return {"notice": self.pk, "incident": self.incident_id, "kind": self.kind, "channel": self.channel}
