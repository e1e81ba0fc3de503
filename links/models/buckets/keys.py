"""Signing keys: IAM users' access keys."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.endpoints import host_of
from links.domain.credentials import MAX_KEY_ID_LENGTH, CallerKind, KeyState, read_arn
from links.domain.judging.facts import KeyFacts, Listing
from links.domain.reasons import Reason
from links.domain.rotations import MAX_LABEL_LENGTH, due_at
from links.models.fields import EncryptedField, EncryptedModel


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def present(self) -> Self:
        """Those that were not replaced by another."""
        return self.filter(replaced_at=None)

    def due(self, now: datetime) -> Self:
        return self.present().filter(check_due_at__lte=now).order_by("check_due_at")


class SigningKey(EncryptedModel):
    """An access key, whom it belongs to, and whether that was proved. The secret opens only to sign, and is forgotten
    when the key is replaced; the row stays, because URLs that it signed may still be on their way."""

    label = models.CharField(_("label"), max_length=MAX_LABEL_LENGTH)
    access_key_id = models.CharField(_("access key id"), max_length=MAX_KEY_ID_LENGTH)
    secret = EncryptedField(
        _("secret access key"), kind="key-secret", bound_to=["access_key_id", "endpoint"], null=True, editable=False
    )
    endpoint = models.URLField(
        _("endpoint"), blank=True, help_text=_("Leave empty for AWS. Otherwise the address of the S3-compatible store.")
    )
    region = models.CharField(_("region"), max_length=40, blank=True)

    state = models.CharField(_("state"), max_length=20, default=KeyState.PENDING.value, editable=False)
    state_code = models.CharField(max_length=60, blank=True, editable=False)
    arn = models.CharField(_("belongs to"), max_length=400, blank=True, editable=False)
    listing = models.CharField(max_length=20, blank=True, editable=False)
    proved_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True, editable=False)
    check_due_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    made_at = models.DateTimeField(_("created at the store"), null=True, blank=True, editable=False)
    rotates_at = models.DateTimeField(_("rotation planned for"), null=True, blank=True)
    rotation_days = models.PositiveIntegerField(
        _("rotate after (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Days since it was created. Presigned links are not promised for longer."),
    )
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

    @property
    def state_reason(self) -> Reason:
        """Why it was refused, as far as this version knows the code that was kept."""
        return Reason.find(self.state_code) or Reason.KEY_REFUSED

    @property
    def asked_host(self) -> str:
        """Who is asked whose key it is."""
        return host_of(self.endpoint) if self.endpoint else "AWS STS"

    @property
    def rotation_due_at(self) -> datetime | None:
        return due_at(self.since, self.rotates_at, self.rotation_days)

    @property
    def since(self) -> datetime:
        """What its age counts from: when it was made, where its user's list tells, else when it was added here."""
        return self.made_at or self.created_at

    def to_facts(self) -> KeyFacts:
        caller = read_arn(self.arn).kind if self.arn else None
        return KeyFacts(
            access_key_id=self.access_key_id,
            state=self.key_state,
            caller=caller,
            rotates_at=self.rotation_due_at,
            listing=Listing(self.listing) if self.listing else None,
            user=self.arn if caller is CallerKind.IAM_USER else "",
        )
