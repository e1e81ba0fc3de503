"""Who may share what: a role or a person, a bucket and a prefix."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.domain.sharing import SharedPrefix
from links.models.buckets.buckets import Bucket

MAX_DAYS = 36_500


class SharePermissionQuerySet(models.QuerySet["SharePermission"]):
    def of(self, user: User) -> Self:
        """A person's own, and those of their roles."""
        return self.filter(Q(user=user.pk) | Q(role__in=user.groups.order_by().values("pk")))


class SharePermission(models.Model):
    """Leave to share the objects of a bucket whose keys begin with a prefix; for a role or for a person."""

    bucket = models.ForeignKey(Bucket, models.CASCADE, related_name="share_permissions", verbose_name=_("bucket"))
    prefix = models.TextField(_("names that start with"), blank=True)
    role = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="share_permissions", verbose_name=_("role")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="share_permissions",
        verbose_name=_("person"),
    )  # fmt: skip
    max_days = models.PositiveIntegerField(
        _("longest lifetime in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)],
    )
    given_at = models.DateTimeField(_("given at"), editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("given by"),
    )  # fmt: skip

    objects = SharePermissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing permission")
        verbose_name_plural = _("sharing permissions")
        ordering = ["bucket__name", "prefix", "pk"]
        permissions = [("share_everything", "Can share every object of every bucket")]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__isnull=True) ^ Q(user__isnull=True), name="share_permission_of_one_role_or_person"
            ),
            models.UniqueConstraint(fields=["role", "bucket", "prefix"], name="share_permission_once_per_role"),
            models.UniqueConstraint(fields=["user", "bucket", "prefix"], name="share_permission_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.role or self.user}: {self.bucket}/{self.prefix}"

    def to_prefix(self) -> SharedPrefix:
        return SharedPrefix(self.bucket_id, self.prefix, self.max_days)
