"""The line that says how many links are being validated, and renews itself."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.domain.findings import Code, Finding, Verdict
from links.models import ShareLink
from tests.admin.link_pages import LIST, SCRIPT, SignIn, choose, page_of, read
from tests.fixtures import Setup
from tests.markup import tidy

RENEWED = f"{LIST}validating/"
LATER = timedelta(hours=6)


def make(setup: Setup, count: int, due_at: datetime) -> list[ShareLink]:
    links = [setup.create_link().link for _ in range(count)]
    ShareLink.objects.update(due_at=due_at)
    return links


def finish(link: ShareLink, now: datetime, verdict: str = "healthy") -> None:
    ShareLink.objects.filter(pk=link.pk).update(due_at=now + LATER, verdict=verdict, validated_at=now)


@pytest.mark.parametrize(("count", "told"), [(1, "1 link is being validated."), (3, "3 links are being validated.")])
def test_the_list_says_how_many_and_asks_again_by_itself(
    admin_client: Client, setup: Setup, now: datetime, count: int, told: str
) -> None:
    make(setup, count, now)
    page = read(admin_client, LIST)
    line = page[page.index('<div id="validating"') :]
    assert line.startswith('<div id="validating" class="validating" role="status">')
    assert told in line
    assert "<noscript>Reload in a few seconds.</noscript>" in line
    assert 'hx-trigger="every 3s"' in line
    ShareLink.objects.update(due_at=now + LATER)
    assert 'id="validating"' not in read(admin_client, LIST)


def test_what_a_worker_left_lying_is_not_said_to_be_under_way(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    make(setup, 1, now - timedelta(minutes=10))
    assert 'id="validating"' not in read(admin_client, LIST)


def test_only_what_changed_is_answered_and_in_the_end_nothing_asks_any_more(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    links = make(setup, 3, now)
    asked = {"links": ",".join(str(link.pk) for link in links)}
    same = admin_client.get(RENEWED, {**asked, "left": "3"}, headers=SCRIPT)
    assert (same.status_code, same.content) == (204, b"")
    finish(links[0], now)
    finish(links[1], now, "broken")
    fewer = admin_client.get(RENEWED, {**asked, "left": "3"}, headers=SCRIPT)
    told = fewer.content.decode()
    assert fewer.status_code == 200
    assert "1 link is being validated." in told
    assert "Reload" not in told
    assert 'name="left" value="1"' in told
    assert "fails-" not in told  # nothing but the states where no more was asked for
    states = dict(re.findall(r'<span id="state-(\d+)" hx-swap-oob="true">.*?</span>(\w[\w ]*)</span>', told))
    assert states == {str(links[0].pk): "Healthy", str(links[1].pk): "Broken"}
    finish(links[2], now)
    done = admin_client.get(RENEWED, {**asked, "left": "1"}, headers=SCRIPT)
    assert done.status_code == 286
    assert "Validation is done." in done.content.decode()


def test_in_the_list_what_stands_beside_the_state_is_renewed_with_it(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    (link,) = make(setup, 1, now)
    page = read(admin_client, LIST)
    assert '"place": "list"' in page
    assert all(f'<span id="{cell}-{link.pk}">' in page for cell in ("state", "fails", "seen"))
    finding = Finding(Code.OBJECT_MISSING, Verdict.BROKEN).to_json()
    ShareLink.objects.update(findings=[finding])
    finish(link, now, "broken")
    asked = {"links": str(link.pk), "left": "1", "place": "list"}
    told = tidy(admin_client.get(RENEWED, asked, headers=SCRIPT).content.decode())
    assert f'<span id="fails-{link.pk}" hx-swap-oob="true">Never worked</span>' in told
    assert f'<span id="seen-{link.pk}" hx-swap-oob="true"><time' in told


def test_on_a_links_page_all_that_a_validation_changes_is_shown_anew(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    (link,) = make(setup, 1, now)
    page = read(admin_client, page_of(link))
    assert '"place": "page"' in page
    finish(link, now, "broken")
    asked = {"links": str(link.pk), "left": "1", "place": "page"}
    told = tidy(admin_client.get(RENEWED, asked, headers=SCRIPT).content.decode())
    assert f'hx-get="{page_of(link)}"' in told
    parts = re.findall(r'hx-select-oob="([^"]*)"', told)[0].split(",")
    assert parts
    assert all(f'id="{part.removeprefix("#")}"' in page for part in parts)


def test_of_links_that_one_may_not_see_nothing_is_answered(
    sign_in: SignIn, admin_user: User, setup: Setup, now: datetime
) -> None:
    (link,) = make(setup, 1, now)
    ShareLink.objects.update(owner=admin_user)
    answer = sign_in("view_sharelink").get(RENEWED, {"links": str(link.pk), "left": "1"})
    assert answer.status_code == 286
    assert "state-" not in answer.content.decode()
    assert Client().get(RENEWED).status_code == 302


@pytest.mark.parametrize("entered", ["", "x", "1,,2", "9" * 5_000, "-1"])
def test_what_is_no_number_is_no_link(admin_client: Client, db: None, entered: str) -> None:
    assert admin_client.get(RENEWED, {"links": entered, "left": entered}).status_code == 286


def test_who_may_not_see_links_is_refused(sign_in: SignIn) -> None:
    assert sign_in("view_bucket").get(RENEWED).status_code == 403


def test_what_was_asked_for_is_shown_on_its_page_and_where_many_were_chosen(
    admin_client: Client, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = make(setup, 2, setup.bucket.created_at + LATER)
    monkeypatch.setattr("links.services.queue.enqueue_now", lambda *_said: True)
    many = tidy(choose(admin_client, "validate_selected", *links).content.decode())
    assert "2 links are being validated." in many
    assert f'<span id="state-{links[0].pk}">' in many
    one = tidy(admin_client.post(page_of(links[0], "validate"), follow=True).content.decode())
    assert "1 link is being validated." in one
    assert f'<span id="state-{links[0].pk}">' in one
    assert 'hx-trigger="every 3s"' in one
