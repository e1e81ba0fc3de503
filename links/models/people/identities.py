"""Who of our accounts is whom at a provider of single sign-on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """A subject is known by its issuer and nothing else: another provider's "42" is somebody else."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities", verbose_name=_("account")
    )
    issuer = models.CharField(_("provider"), max_length=500)
    subject = models.CharField(_("known there as"), max_length=255)
    linked_at = models.DateTimeField(_("linked at"))

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="identity_once_per_account"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user}"
