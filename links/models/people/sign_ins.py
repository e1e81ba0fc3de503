"""Tries of staff's passwords, and what came of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    """Holds no password, and of a user name that nobody here has only a keyed digest: people type passwords there.

    `tries` counts those of one hour that were refused unread, together.
    """

    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    account = models.BinaryField(max_length=32)
    network = models.BinaryField(max_length=32)
    browser = models.BinaryField(max_length=32, null=True)
    address = models.CharField(_("address"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=20)
    tries = models.PositiveIntegerField(_("tries"), default=1)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_in_accepted", condition=Q(outcome="accepted")),
            models.Index(
                fields=["network", "account", "-at"], name="sign_in_throttled", condition=Q(outcome="throttled")
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}: {self.outcome}"
