"""A link's state is one for the list, its page, its customer's page and the filters."""

import re
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.models import Customer, Incident, LinkMail, ShareLink
from links.services.links import time_requests
from links.services.validation import batches
from tests.fixtures import Setup

BADGE = re.compile(r'class="badge badge-quiet"[^>]*><span[^>]*>○</span>No downloads left</span>')
LIST = "/admin/links/sharelink/"


@pytest.fixture
def used_up(setup: Setup, now: datetime) -> ShareLink:
    """Healthy at its last validation, and downloaded as often as was allowed."""
    link = setup.create_link().link
    batches.validate_links([link.pk], lambda: now)
    customer = Customer.objects.create(name="ACME", created_at=now)
    ShareLink.objects.update(download_limit=1, visit_count=1, customer=customer)
    link.refresh_from_db()
    assert link.verdict == "healthy"
    return link


def test_what_is_used_up_is_shown_so_everywhere(admin_client: Client, used_up: ShareLink, now: datetime) -> None:
    asked = time_requests.ask(used_up, now)
    for page in (
        LIST,
        f"{LIST}{used_up.pk}/change/",
        *(f"/admin/links/customer/{used_up.customer_id}/{page}/" for page in ("change", "print")),
        f"/admin/links/timerequest/{asked.pk}/change/",
    ):
        assert BADGE.search(admin_client.get(page).content.decode()), page


@pytest.mark.parametrize(("is_revoked", "wants_download"), [(False, True), (True, False)])
def test_what_a_customer_asks_for_is_told_by_the_links_state(
    admin_client: Client, used_up: ShareLink, now: datetime, is_revoked: bool, wants_download: bool
) -> None:
    ShareLink.objects.update(revoked_at=now if is_revoked else None, owner=User.objects.create_user("m", "m@a.example"))
    used_up.refresh_from_db()
    time_requests.ask(used_up, now)
    assert LinkMail.objects.get().params["used_up"] is wants_download
    page = admin_client.get(f"{LIST}{used_up.pk}/change/").content.decode()
    assert ("The customer requests another download" in page) is wants_download
    assert ("another download" in admin_client.get("/admin/").content.decode()) is wants_download


def test_the_page_of_what_is_used_up_promises_nothing(admin_client: Client, used_up: ShareLink) -> None:
    page = admin_client.get(f"{LIST}{used_up.pk}/change/").content.decode()
    assert "nobody can open it any more" in page
    assert "Works until" not in page
    assert f"{LIST}{used_up.pk}/revoke/" in page


def test_no_message_is_written_for_what_is_used_up(admin_client: Client, used_up: ShareLink) -> None:
    page = admin_client.post(f"{LIST}{used_up.pk}/url/").content.decode()
    assert "there is no message to send" in page


def test_a_quick_view_finds_what_is_used_up_and_healthy_does_not(
    admin_client: Client, setup: Setup, used_up: ShareLink
) -> None:
    setup.create_link()
    assert '<a href="?state=used_up">No downloads left</a>' in admin_client.get(LIST).content.decode()
    assert (
        '<a href="?state=used_up">ダウンロード上限</a>'
        in admin_client.get(LIST, headers={"Accept-Language": "ja"}).content.decode()
    )
    found = {
        state: [link.pk for link in admin_client.get(f"{LIST}?state={state}").context["cl"].result_list]
        for state in ("used_up", "healthy")
    }
    assert found == {"used_up": [used_up.pk], "healthy": []}


def test_being_used_up_is_no_incident(used_up: ShareLink, now: datetime) -> None:
    batches.validate_links([used_up.pk], lambda: now)
    used_up.refresh_from_db()
    assert used_up.verdict == "healthy"
    assert not Incident.objects.exists()
