"""Records of the audit trail. They are only ever appended: triggers of the database (0003_audit.sql) let nobody change
or delete one, but for the three columns that chain it, once.

A record names accounts, links, customers and buckets by number and as text, and never by a foreign key: whatever is
deleted takes no record with it, and none is changed.
"""

from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from links.domain.audit.chain import hash_record


class AuditRecord(models.Model):
    """`values` is a JSON text with what was `before` and `after`. `place_digest` and `personal_digest` stand for the
    `AuditDetail` beside it, empty where there is none. `number`, `previous` and `hash` are given when the record is
    chained, right after the transaction that wrote it."""

    number = models.BigIntegerField(_("number"), null=True, unique=True)
    at = models.DateTimeField(_("at"))
    actor = models.BigIntegerField(null=True)
    actor_text = models.CharField(_("who"), max_length=200, blank=True)
    way = models.CharField(_("way"), max_length=20)
    act = models.CharField(_("what was done"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    object_number = models.BigIntegerField(null=True)
    object_text = models.CharField(_("what it is about"), max_length=300, blank=True)
    link = models.BigIntegerField(null=True)
    customer = models.BigIntegerField(null=True)
    bucket = models.BigIntegerField(null=True)
    values = models.TextField(blank=True)
    place_digest = models.BinaryField(max_length=32)
    personal_digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32, null=True)
    hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], name="audit_unchained", condition=Q(number=None)),
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(F("actor"), F("id").desc(), name="audit_by_actor"),
            models.Index(F("actor_text"), F("id").desc(), name="audit_by_actor_text"),
            models.Index(F("object_text"), F("id").desc(), name="audit_by_object_text"),
            models.Index(F("act"), F("id").desc(), name="audit_by_act"),
            models.Index(F("link"), F("id").desc(), name="audit_by_link", condition=Q(link__isnull=False)),
            models.Index(F("customer"), F("id").desc(), name="audit_by_customer", condition=Q(customer__isnull=False)),
            models.Index(F("bucket"), F("id").desc(), name="audit_by_bucket", condition=Q(bucket__isnull=False)),
            models.Index(F("kind"), F("object_number"), F("id").desc(), name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"#{self.number or '-'} {self.at:%Y-%m-%d %H:%M:%S} {self.act}"

    def read_contents(self) -> dict[str, Any]:
        """All that the hash covers, but for the number and the hash of the record before it."""
        return {
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            **{name: getattr(self, name) for name in COVERED},
            "place_digest": bytes(self.place_digest).hex(),
            "personal_digest": bytes(self.personal_digest).hex(),
        }

    def make_hash(self, number: int, previous: bytes) -> bytes:
        return hash_record(number, previous, self.read_contents())


COVERED = (
    *("actor", "actor_text", "way", "act", "kind", "object_number", "object_text", "link", "customer", "bucket"),
    "values",
)
"""The columns that the hash covers as they are."""


class DetailKind(models.TextChoices):
    PLACE = "place", _("network address")
    PERSONAL = "personal", _("personal data")


class AuditDetail(models.Model):
    """What may have to be forgotten of a record: it is deleted with its salt, and never changed. `text` is JSON."""

    record = models.ForeignKey(AuditRecord, models.DO_NOTHING, related_name="details", db_constraint=False)
    kind = models.CharField(max_length=10, choices=DetailKind.choices)
    customer = models.BigIntegerField(null=True)
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    class Meta:
        verbose_name = _("detail of an audit record")
        verbose_name_plural = _("details of audit records")
        constraints = [models.UniqueConstraint(fields=["record", "kind"], name="audit_detail_once")]
        indexes = [
            models.Index(fields=["kind", "record"], name="audit_detail_by_kind"),
            models.Index(fields=["customer"], name="audit_detail_by_customer", condition=Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.record_id}"
