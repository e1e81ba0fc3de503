"""What a press gives belongs to the browser that pressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from links.domain.sharing import EVERYTHING
from links.domain.visits.access import FRESH_DOWNLOADS, GRANT_LIFETIME, RESUMES
from links.models import Grant, ShareLink
from links.public.grant_cookies import MAX_COOKIES
from links.services.link_terms import Terms
from links.services.links import changes
from tests.fixtures import Setup, token_of
from tests.public.presses.pressing import outcomes, text


@pytest.fixture
def page(setup: Setup) -> str:
    """A link with a limit of one download."""
    new_link = setup.create_link()
    ShareLink.objects.filter(pk=new_link.link.pk).update(download_limit=1)
    return f"/s/{token_of(new_link.url)}"


def press(client: Client, page: str) -> str:
    """The address of the grant."""
    pressed = client.post(page)
    assert pressed.status_code == 303
    return pressed["Location"]


def test_its_address_alone_gives_another_browser_nothing_and_says_why(client: Client, page: str) -> None:
    ready = press(client, page)
    others = Client()
    press_elsewhere = Client()
    press_elsewhere.cookies["grant-1-2"] = "x" * 43
    for browser in (others, press_elsewhere):
        for address in (ready, f"{ready}file"):
            refused = browser.get(address)
            assert refused.status_code == 403
            assert "Location" not in refused
            assert "report.pdf" not in text(refused)
            assert "allow cookies for this site" in text(refused)
            assert "Cookie" in text(browser.get(f"{address}?lang=ja"))
            assert browser.head(address).status_code == 403
    assert client.get(f"{ready}file").status_code == 302
    assert outcomes() == ["served"]


def test_its_cookie_is_the_browsers_and_nobody_elses(client: Client, page: str) -> None:
    client.post(page)
    (cookie,) = [cookie for name, cookie in client.cookies.items() if name.startswith("grant-")]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert cookie["max-age"] == GRANT_LIFETIME.total_seconds()
    assert cookie.value not in press(client, page)


def test_under_https_no_other_host_can_set_it(client: Client, page: str, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    ready = press(client, page)
    (cookie,) = [cookie for name, cookie in client.cookies.items() if name.startswith("__Host-grant-")]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert client.get(f"{ready}file", secure=True).status_code == 302


def test_a_browser_holds_many_grants_and_not_endlessly_many(client: Client, setup: Setup) -> None:
    pages = [f"/s/{token_of(setup.create_link().url)}" for _ in range(3)]
    ShareLink.objects.update(download_limit=100)
    first = [press(client, page) for page in pages]
    assert len(set(first)) == 3
    assert [client.get(f"{ready}file").status_code for ready in first] == [302] * 3
    for _ in range(MAX_COOKIES + 3):
        Grant.objects.update(fresh_count=FRESH_DOWNLOADS)
        latest = press(client, pages[0])
        kept = {name: cookie for name, cookie in client.cookies.items() if name.startswith("grant-") and cookie.value}
        assert len(kept) <= MAX_COOKIES
    assert client.get(f"{latest}file").status_code == 302


def test_few_downloads_are_fetched_with_one_press_and_each_is_noted(client: Client, page: str) -> None:
    ready = press(client, page)
    statuses = [client.get(f"{ready}file").status_code for _ in range(FRESH_DOWNLOADS + 2)]
    assert statuses == [302] * FRESH_DOWNLOADS + [410] * 2
    assert outcomes()[:FRESH_DOWNLOADS] == ["served"] + ["again"] * (FRESH_DOWNLOADS - 1)
    assert client.get(f"{ready}file", headers={"Range": "bytes=1000-"}).status_code == 302
    assert ShareLink.objects.get().visit_count == 1
    assert "No downloads are left" in text(client.get(page))


def test_parts_are_bounded_too(client: Client, page: str) -> None:
    ready = press(client, page)
    Grant.objects.update(resume_count=RESUMES - 1)
    parts = [client.get(f"{ready}file", headers={"Range": "bytes=1000-"}).status_code for _ in range(3)]
    assert parts == [302, 410, 410]
    assert client.get(f"{ready}file").status_code == 302


def revoke_and_revive(link: ShareLink) -> None:
    now = timezone.now()
    changes.revoke(link, now)
    changes.change_end(link, "30 days", scope=EVERYTHING, zone=timezone.get_current_timezone(), now=now)


def change(**terms: Any) -> Callable[[ShareLink], None]:
    return lambda link: changes.change_terms(link, Terms(**terms), EVERYTHING, timezone.now())


def lower_and_raise_again(link: ShareLink) -> None:
    change(download_limit=2)(link)
    change(download_limit=10)(link)


@pytest.mark.parametrize(
    "change",
    [
        revoke_and_revive,
        lower_and_raise_again,
        change(download_limit=10, password="harbour at dusk"),
        change(download_limit=2),
    ],
)
def test_a_grant_ends_with_what_it_was_given_for_and_never_comes_back(
    client: Client, page: str, change: Callable[[ShareLink], None]
) -> None:
    ShareLink.objects.update(download_limit=10)
    ready = press(client, page)
    change(ShareLink.objects.get())
    for address in (ready, f"{ready}file"):
        ended = client.get(address)
        assert ended.status_code == 410
        assert "Please open the link again" in text(ended)
        assert client.head(address).status_code == 410
    assert "Continue your download" not in text(client.get(page))


def test_a_grant_lives_on_where_more_is_given(client: Client, page: str) -> None:
    ready = press(client, page)
    changes.change_terms(ShareLink.objects.get(), Terms(download_limit=5, title="Plan"), EVERYTHING, timezone.now())
    assert client.get(f"{ready}file").status_code == 302


def test_a_link_that_is_revoked_says_so_to_whoever_had_pressed(client: Client, page: str, now: datetime) -> None:
    ready = press(client, page)
    changes.revoke(ShareLink.objects.get(), now)
    for address in (ready, f"{ready}file"):
        assert client.get(address).status_code == 410
        assert "This link was revoked" in text(client.get(address))


def test_a_locked_slug_opens_to_the_browser_that_had_its_password(client: Client, setup: Setup) -> None:
    setup.create_link()
    ShareLink.objects.update(slug="secret-report", password=make_password("correct horse"))
    ready = client.post("/f/secret-report", {"password": "correct horse"})["Location"]
    assert "Continue your download" in text(client.get("/f/secret-report"))
    Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/f/secret-report").status_code == 404
    assert client.get(ready).status_code == 404


def test_of_many_fetches_at_once_just_as_many_are_let_through(
    client: Client, transactional_db: None, setup: Setup
) -> None:
    new_link = setup.create_link()
    ShareLink.objects.update(download_limit=1)
    ready = press(client, f"/s/{token_of(new_link.url)}")
    together, statuses = Barrier(10), list[int]()

    def work() -> None:
        browser = Client()
        browser.cookies = client.cookies
        together.wait()
        statuses.append(browser.get(f"{ready}file").status_code)
        connections.close_all()

    threads = [Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302] * FRESH_DOWNLOADS + [410] * (10 - FRESH_DOWNLOADS)
    assert Grant.objects.get().fresh_count == FRESH_DOWNLOADS


def test_a_browser_that_keeps_no_cookies_is_told_so_when_it_presses(page: str) -> None:
    refused = Client(enforce_csrf_checks=True).post(page)
    assert refused.status_code == 403
    assert "allow cookies for this site" in text(refused)
