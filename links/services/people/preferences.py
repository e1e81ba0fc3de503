"""In what language and zone members of staff read, so that mail can follow them."""

from django.contrib.auth.models import User

from links.models import StaffPreferences


def remember(user: User, language: str, zone: str) -> None:
    """`zone` "" where a browser did not tell it: what another told stays."""
    values = {"language": language, "zone": zone} if zone else {"language": language}
    StaffPreferences.objects.update_or_create(user=user, defaults=values)
