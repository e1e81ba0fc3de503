"""Service accounts: accounts of programs, which hold API tokens and sign in nowhere."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_PURPOSE_LENGTH = 200


class ServiceAccount(models.Model):
    """Says that an account is a program's. The account has no password and is no staff: the admin lets it in by no way.
    What it may do is given by its roles, as for people."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="service_account",
        verbose_name=_("account"),
    )
    purpose = models.CharField(_("what it is for"), max_length=MAX_PURPOSE_LENGTH)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("created by")
    )
    made_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("service account")
        verbose_name_plural = _("service accounts")
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.user.get_username()
