"""Letting a link follow the latest file."""

from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from links.domain.findings import Code, Finding, Verdict
from links.models import ShareLink
from links.services.links import changes
from tests.admin.link_pages import choose, post
from tests.fixtures import Setup


def test_a_link_that_was_revoked_is_not_made_to_follow_and_nobody_is_told_so(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    changes.revoke(link, timezone.now())
    assert "now points to the latest file" not in post(admin_client, link, "follow")
    assert (link.follows_latest, link.due_at) == (False, None)
    assert not LogEntry.objects.exists()


def test_many_links_whose_file_was_replaced_follow_the_latest_and_no_other_does(
    admin_client: Client, setup: Setup
) -> None:
    stopped, other, calm = (setup.create_link().link for _ in range(3))
    for link in (stopped, other):
        link.findings = [Finding(Code.OBJECT_REPLACED, Verdict.BROKEN).to_json()]
        link.save()
    changes.revoke(other, timezone.now())
    rows = choose(admin_client, "follow_latest_of_selected", stopped, other, calm).context["page"].rows
    told = {row.link.pk: row.badge.word for row in rows}
    assert told == {stopped.pk: "Follows the latest file", other.pk: "Unchanged", calm.pk: "Unchanged"}
    assert list(ShareLink.objects.filter(follows_latest=True)) == [stopped]
    assert LogEntry.objects.count() == 1
