"""Grants: what a press of the button gives a customer for some hours."""

from django.db import models

from links.models.links import ShareLink


class Grant(models.Model):
    """Whoever holds it downloads, and resumes, without being counted again. Its token is a bearer secret, of which
    only the digest is kept."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="grants")
    token_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="grant_token_once")]

    def __str__(self) -> str:
        return f"#{self.pk} of link {self.link_id}"
