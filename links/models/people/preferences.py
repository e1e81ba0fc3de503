"""Readers: the language and zone in which a member of staff reads, so that mail can follow them."""

from django.conf import settings
from django.db import models


class StaffPreferences(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reader")
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.language} in {self.zone or 'the default zone'}"
