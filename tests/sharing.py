"""Letting a test's people share."""

from datetime import UTC, datetime

from django.contrib.auth.models import Group, User

from links.models import Bucket, SharePermission


def let_share(
    receiver: User | Group, prefix: str = "", *, bucket: Bucket | None = None, max_days: int | None = None
) -> None:
    """What begins with this prefix, of one bucket or of all that there are."""
    whom = {"role": receiver} if isinstance(receiver, Group) else {"user": receiver}
    for each in [bucket] if bucket else Bucket.objects.all():
        SharePermission.objects.create(
            bucket=each, prefix=prefix, max_days=max_days, given_at=datetime.now(UTC), **whom
        )
