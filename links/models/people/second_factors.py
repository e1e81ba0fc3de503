"""What staff prove themselves with besides their password."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.domain.people.second_factors import MAX_NAME_LENGTH
from links.models.fields import EncryptedField, EncryptedModel


class AuthenticatorApp(EncryptedModel):
    """An app that shows codes. `seed` is what they are made of, in hexadecimal digits. Until a code was entered it is
    being set up, in one browser, and signs nobody in; of those that are set up a person has one at the most.

    `last_step` is that of the last code that was accepted: none is accepted twice, and no older one after it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticator_apps")
    seed = EncryptedField(kind="second-factor-seed", bound_to=["user_id"])
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="one_authenticator_app"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Passkey(models.Model):
    """A WebAuthn credential. No secret: what is kept of it is its public key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=MAX_NAME_LENGTH)
    credential_hash = models.BinaryField(max_length=32)
    credential = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["credential_hash"], name="passkey_once")]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of ten for whoever lost their phone. The SHA-256 of it is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"
