"""Watching one URL that was made elsewhere."""

from datetime import datetime, timedelta

from django.test import Client

from links.models import ShareLink
from tests.admin.link_pages import press, sign, watch
from tests.fixtures import Setup

ONE = "/admin/links/sharelink/watch/"


def test_check_says_what_watch_would_refuse(admin_client: Client, setup: Setup, now: datetime, until: str) -> None:
    url, past = sign(setup), f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}"
    refused = [
        ("https://files.example/a", until, "has no signature"),
        (url, past, "The promised date has already passed"),
    ]
    watched = sign(setup, 60)
    press(admin_client, "save", watched, until)
    refused.append((watched, until, "already monitored, by link #"))
    for pasted, end, words in refused:
        for button in ("preview", "save"):
            page = press(admin_client, button, pasted, end)
            assert words in page, (button, words)
            assert "No problem found in the URL" not in page
    assert ShareLink.objects.count() == 1


def test_what_can_be_read_off_a_url_is_told_before_it_is_watched(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    assert "Signed with temporary credentials" in watch(admin_client, setup, now, preview="1")
    assert not ShareLink.objects.exists()


def test_a_url_is_watched_and_its_page_does_not_show_it(admin_client: Client, setup: Setup, now: datetime) -> None:
    page = watch(admin_client, setup, now)
    assert ShareLink.objects.get().delivery == "foreign"
    assert "X-Amz" not in page
