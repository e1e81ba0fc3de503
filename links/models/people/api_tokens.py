"""Tokens by which programs of staff's use the API. A row keeps the SHA-256 of the token, which has 256 random bits."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.domain.people.scopes import MAX_NAME_LENGTH
from links.domain.people.token_texts import PREFIX
from links.domain.signed_urls.tokens import digest


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self, now: datetime) -> Self:
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)

    def with_text(self, text: str) -> Self:
        return self.filter(token_hash=digest(text))


class ApiToken(models.Model):
    """`public_id` is a part of the token that is no secret: lists, logs and the audit trail name a token by it.
    `scopes` are values of `Scope`. `last_used_at` is right to the minute."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("owner")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=MAX_NAME_LENGTH)
    public_id = models.CharField(_("public ID"), max_length=16, unique=True)
    token_hash = models.BinaryField(max_length=32)
    scopes = models.JSONField(_("scopes"), default=list)
    made_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    last_used_from = models.CharField(_("last used from"), max_length=60, blank=True)

    objects = models.Manager.from_queryset(ApiTokenQuerySet)()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        # Everyone's are seen, and revoked, by whoever may; one's own by everybody.
        default_permissions = ("change", "view")
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="api_token_once")]
        indexes = [models.Index(fields=["owner", "expires_at"], name="api_token_live", condition=Q(revoked_at=None))]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_name})"

    @property
    def public_name(self) -> str:
        """Its beginning, by which it is named where it may not be told: `hf_` and the public id."""
        return f"{PREFIX}{self.public_id}"

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now
