"""Signing keys: IAM users' access keys."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.domain.credentials import KeyState, read_arn
from links.domain.facts import KeyFacts, Listing
from links.models.fields import SealedField


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def due(self, now: datetime) -> Self:
        return self.filter(check_due_at__lte=now).order_by("check_due_at")


class SigningKey(models.Model):
    """An access key, whom it belongs to, and whether that was proved. The secret opens only to sign."""

    label = models.CharField(_("label"), max_length=100)
    access_key_id = models.CharField(_("access key id"), max_length=128)
    secret = SealedField(_("secret access key"), editable=False)
    endpoint = models.URLField(
        _("endpoint"), blank=True, help_text=_("Leave empty for AWS; else the address of the S3-compatible store.")
    )
    region = models.CharField(_("region"), max_length=40, blank=True)

    state = models.CharField(_("state"), max_length=20, default=KeyState.PENDING.value, editable=False)
    state_code = models.CharField(max_length=60, blank=True, editable=False)
    arn = models.CharField(_("belongs to"), max_length=400, blank=True, editable=False)
    listing = models.CharField(max_length=20, blank=True, editable=False)
    proved_at = models.DateTimeField(_("proved at"), null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True, editable=False)
    check_due_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    rotates_at = models.DateTimeField(_("to be rotated at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added at"), editable=False)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["label"], name="signing_key_label_once"),
            models.UniqueConstraint(fields=["access_key_id", "endpoint"], name="signing_key_id_once_per_store"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key_state(self) -> KeyState:
        return KeyState(self.state)

    def to_facts(self) -> KeyFacts:
        return KeyFacts(
            access_key_id=self.access_key_id,
            state=self.key_state,
            caller=read_arn(self.arn).kind if self.arn else None,
            rotates_at=self.rotates_at,
            listing=Listing(self.listing) if self.listing else None,
        )
