"""A link that is revoked, expired or used up works again by one page and one press."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.findings import Code, Finding, Verdict
from links.models import ShareLink, SharePermission
from links.queries.link_state import LinkState, read_state
from links.services.links import changes
from links.texts.pages.histories import render
from tests.admin.link_pages import Filled, SignIn, page_of, post, read, read_form
from tests.fixtures import Setup
from tests.strict_s3 import refusals

A_DAY = timedelta(days=1)


def close(link: ShareLink, *states: str) -> None:
    now = timezone.now()
    if "used up" in states:
        ShareLink.objects.filter(pk=link.pk).update(download_limit=2, visit_count=2)
    if "expired" in states:
        ShareLink.objects.filter(pk=link.pk).update(promised_until=now - A_DAY)
    if "revoked" in states:
        changes.revoke(link, now)
    link.refresh_from_db()


ALL_OF_IT = [["revoked"], ["expired"], ["used up"], ["revoked", "used up"], ["revoked", "expired", "used up"]]


@pytest.mark.parametrize("states", ALL_OF_IT, ids=", ".join)
def test_whatever_closed_it_one_press_opens_it_under_the_same_url(
    admin_client: Client, client: Client, setup: Setup, states: list[str]
) -> None:
    new_link = setup.create_link()
    link = new_link.link
    close(link, *states)
    page = read(admin_client, page_of(link))
    assert re.search(r'class="button primary"[^>]*href="/admin/links/sharelink/\d+/end/"[^>]*>\s*Revive<', page)
    opened = read_form(admin_client, link, "end")
    shown = post(admin_client, link, "end", **opened)
    assert "It is available again under the same URL" in shown
    assert read_state(link, timezone.now()).is_open
    assert link.promised_until > timezone.now() + A_DAY
    assert link.downloads_left == (1 if "used up" in states else None)
    path = f"/s/{new_link.url.rpartition('/')[2]}"
    answer = client.post(path) if link.needs_press else client.get(path)
    assert answer.status_code in (302, 303)


@pytest.mark.parametrize("states", ALL_OF_IT, ids=", ".join)
def test_the_page_says_beforehand_why_it_is_closed_and_until_when_it_would_work(
    admin_client: Client, setup: Setup, states: list[str]
) -> None:
    link = setup.create_link().link
    close(link, *states)
    page = read(admin_client, page_of(link, "end"))
    assert ("It was revoked on" in page) is ("revoked" in states)
    assert ("It expired on" in page) is ("expired" in states)
    assert ("All 2 allowed downloads were used" in page) is ("used up" in states) is ('name="more_downloads"' in page)
    assert "It is available again under the same URL" in page  # the panel, before anything was pressed
    assert ("If empty, the present one is kept" in page) is ("expired" not in states)
    link.refresh_from_db()
    assert not read_state(link, timezone.now()).is_open
    assert not LogEntry.objects.exists()


def test_a_new_end_and_more_downloads_are_given_together_and_written_down(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    close(link, "expired", "used up")
    opened = read_form(admin_client, link, "end") | {"lifetime": "3 days", "more_downloads": "5"}
    assert "5 more downloads are allowed" in post(admin_client, link, "end", **opened)
    assert link.downloads_left == 5
    assert A_DAY < link.promised_until - timezone.now() < 4 * A_DAY
    told = [str(render(entry.change_message)) for entry in LogEntry.objects.order_by("pk")]
    assert told[0].startswith("Revived")
    assert told[1] == "Downloads allowed in addition: 5."


def test_a_refusal_of_the_store_is_said_before_the_button_is_pressed(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    close(link, "expired")
    setup.stored.delete(link.object_key)
    assert "There is no object" in read(admin_client, page_of(link, "end"))
    setup.s3.answer = refusals.service_unavailable()
    assert "did not answer" in read(admin_client, page_of(link, "end"))
    post(admin_client, link, "end", **read_form(admin_client, link, "end"))
    assert not read_state(link, timezone.now()).is_open


def test_who_may_not_share_the_file_is_told_so_and_whom_to_ask_and_gets_no_button(
    sign_in: SignIn, setup: Setup
) -> None:
    link = setup.create_link().link
    client = sign_in("change_sharelink", "view_sharelink")
    SharePermission.objects.all().delete()
    ShareLink.objects.update(owner=User.objects.get(username="mika"))
    close(link, "revoked")
    page = read(client, page_of(link, "end"))
    assert "You may not share this file now, so you cannot revive the link. Ask for permission:" in page
    assert 'name="lifetime"' not in page
    assert "so you cannot extend, revive or duplicate this link" in read(client, page_of(link))


def test_what_was_revoked_since_the_page_was_opened_does_not_work_again_unseen(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    opened = {**read_form(admin_client, link, "end"), "lifetime": "60 days"}
    changes.revoke(link, timezone.now())
    for entered in (opened, {"lifetime": "60 days"}):
        refused = post(admin_client, link, "end", **entered)
        assert "Check it and try again" in refused
        assert "It was revoked on" in refused
        assert link.is_revoked
    assert "available again" in post(admin_client, link, "end", **Filled(refused).fields)


def test_what_was_used_up_since_the_page_was_opened_gets_no_download_unseen(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    opened = {**read_form(admin_client, link, "end"), "lifetime": "60 days"}
    close(link, "used up")
    refused = post(admin_client, link, "end", **opened)
    assert "Check it and try again" in refused
    assert read_state(link, timezone.now()) is LinkState.USED_UP
    assert "available again" in post(admin_client, link, "end", **Filled(refused).fields)


def test_a_file_that_was_replaced_is_named_as_what_stays_closed(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    close(link, "expired")
    told = "Another file has taken the place"
    assert told not in read(admin_client, page_of(link, "end"))
    finding = Finding(Code.OBJECT_REPLACED, Verdict.BROKEN, None, {"delivery": "stable"})
    ShareLink.objects.update(findings=[finding.to_json()], verdict="broken")
    assert told in read(admin_client, page_of(link, "end"))
