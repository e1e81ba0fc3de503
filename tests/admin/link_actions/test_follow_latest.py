"""Letting a link follow the latest file."""

from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from links.services.links import changes
from tests.admin.link_pages import post
from tests.fixtures import Setup


def test_a_link_that_was_revoked_is_not_made_to_follow_and_nobody_is_told_so(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    changes.revoke(link, timezone.now())
    assert "now points to the latest file" not in post(admin_client, link, "follow")
    assert (link.follows_latest, link.due_at) == (False, None)
    assert not LogEntry.objects.exists()
