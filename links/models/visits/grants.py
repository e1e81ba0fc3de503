"""Grants: what a press of the button gives a customer for some hours."""

from django.db import models

from links.models.links.share_links import ShareLink


class Grant(models.Model):
    """The browser that pressed downloads, and resumes, without being counted again, while the link's `generation` is
    the one that it was given under. Of its address only the digest is kept, and of the browser's secret nothing: the
    address is made of it."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="grants")
    token_hash = models.BinaryField(max_length=32)
    generation = models.PositiveIntegerField(default=0)
    fresh_count = models.PositiveIntegerField(default=0)
    resume_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="grant_token_once")]

    def __str__(self) -> str:
        return f"#{self.pk} of link {self.link_id}"
