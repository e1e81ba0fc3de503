"""Links with a password, a limit or a beginning: pages on which a person presses."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from time_machine import travel

from links.domain.visits.access import TRIES_PER_NETWORK
from links.models import Grant, ShareLink
from links.services.links import changes
from links.services.links.creation import NewLink
from links.services.visits import clicks
from links.services.visits.clicks import Visitor, VisitResult
from tests.answers import read_headers
from tests.fixtures import OBJECT, Setup, World, token_of
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
from tests.public.presses.pressing import create_link, outcomes, page_of, text

PASSWORD = "correct horse"


def download(client: Client, ready: str, **headers: str) -> bytes:
    answer = client.get(f"{ready}file", headers=headers)
    assert answer.status_code == 302
    assert answer["Referrer-Policy"] == "no-referrer"
    with urlopen(Request(answer["Location"], headers=headers)) as file:
        content: bytes = file.read()
    return content


# A limit --------------------------------------------------------------------------------------------------------


def test_looking_uses_up_nothing(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, download_limit=1)
    for _ in range(3):
        assert client.get(page_of(new_link)).status_code == 200
    assert client.get(page_of(new_link), headers={"Range": "bytes=100-"}).status_code == 200
    assert client.head(page_of(new_link)).status_code == 200
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 0
    assert outcomes() == ["looked"] * 4


def test_the_page_says_who_shares_what_how_large_and_until_when(client: Client, setup: Setup, admin_user: User) -> None:
    admin_user.first_name, admin_user.last_name = "Mika", "Sato"
    admin_user.save()
    new_link = create_link(setup, download_limit=2, title="The annual report", owner=admin_user)
    page = text(client.get(page_of(new_link)))
    for told in ("The annual report", "Mika Sato", "1.2", "年次 report.pdf", "Downloads left", "UTC"):
        assert told in page
    assert token_of(new_link.url) not in page


def test_a_press_leads_to_the_file_and_is_counted_once_however_often_it_is_fetched(
    client: Client, setup: Setup
) -> None:
    new_link = create_link(setup, download_limit=1)
    pressed = client.post(page_of(new_link))
    assert pressed.status_code == 303
    ready = pressed["Location"]
    assert f'url={ready}file"' in text(client.get(ready))
    assert download(client, ready) == b"x" * 1234
    assert download(client, ready, Range="bytes=1000-") == b"x" * 234
    assert client.head(f"{ready}file")["Content-Length"] == "1234"
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 1
    assert outcomes() == ["served", "resumed"]


def test_the_browser_that_pressed_goes_on_for_some_hours_and_others_find_it_used_up(
    client: Client, setup: Setup
) -> None:
    new_link = create_link(setup, download_limit=1)
    ready = client.post(page_of(new_link))["Location"]
    again = client.get(page_of(new_link))
    assert ready in text(again)
    assert client.post(page_of(new_link))["Location"] == ready
    others = Client().get(page_of(new_link))
    assert others.status_code == 410
    assert "No downloads are left" in text(others)
    Grant.objects.update(expires_at=timezone.now())
    assert client.get(page_of(new_link)).status_code == 410
    assert client.get(ready).status_code == 404
    assert client.get(f"{ready}file").status_code == 404


def test_a_grant_dies_with_its_link(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, download_limit=1)
    ready = client.post(page_of(new_link))["Location"]
    changes.revoke(new_link.link, timezone.now())
    assert client.get(f"{ready}file").status_code == 410


def test_a_press_that_cannot_be_served_uses_up_nothing(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, download_limit=1)
    setup.stored.delete(OBJECT)
    answer = client.post(page_of(new_link))
    assert answer.status_code == 503
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 0
    assert not Grant.objects.exists()


def test_of_twenty_presses_at_once_on_a_last_download_one_is_let_through(
    transactional_db: None, strict_s3: StrictS3
) -> None:
    world = World.build(strict_s3)
    link = world.create_link().link
    ShareLink.objects.update(download_limit=1)
    together, came = Barrier(20), list[VisitResult]()

    def work() -> None:
        mine = ShareLink.objects.select_related("bucket__key").get(pk=link.pk)
        together.wait()
        came.append(clicks.submit_page(mine, "", Visitor("203.0.113.7"), world.clock()))
        connection.close()

    threads = [Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.outcome.value for one in came) == ["served"] + ["used-up"] * 19
    assert sum(1 for one in came if one.grant) == Grant.objects.count() == 1
    assert ShareLink.objects.get().visit_count == 1


def test_a_press_without_its_token_against_forgery_is_refused(setup: Setup) -> None:
    new_link = create_link(setup, download_limit=1)
    assert Client(enforce_csrf_checks=True).post(page_of(new_link)).status_code == 403


# A password -----------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(setup: Setup) -> NewLink:
    return create_link(setup, password=make_password(PASSWORD))


def test_the_right_password_opens(client: Client, locked: NewLink) -> None:
    assert 'type="password"' in text(client.get(page_of(locked)))
    pressed = client.post(page_of(locked), {"password": PASSWORD})
    assert download(client, pressed["Location"]) == b"x" * 1234
    assert outcomes() == ["looked", "served"]


def test_a_wrong_password_is_said_and_written_down(client: Client, locked: NewLink) -> None:
    answer = client.post(page_of(locked), {"password": "wrong"})
    assert answer.status_code == 403
    assert 'role="alert"' in text(answer)
    assert "wrong horse" not in text(answer)
    assert outcomes() == ["wrong-password"]


def test_after_too_many_tries_even_the_right_password_waits(client: Client, locked: NewLink) -> None:
    for _ in range(TRIES_PER_NETWORK):
        assert client.post(page_of(locked), {"password": "wrong"}).status_code == 403
    closed = client.post(page_of(locked), {"password": PASSWORD})
    assert closed.status_code == 429
    assert 880 < int(closed["Retry-After"]) <= 900
    opens_at = re.search(r'until <strong><time datetime="([^"]+)"', text(closed))
    assert opens_at
    waits = datetime.fromisoformat(opens_at[1]) - timezone.now()
    assert timedelta(minutes=14) < waits < timedelta(minutes=15)
    assert "After that you can try again" in text(closed)
    elsewhere = client.post(page_of(locked), {"password": PASSWORD}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 303
    with travel(timezone.now() + timedelta(minutes=16)):
        assert client.post(page_of(locked), {"password": PASSWORD}).status_code == 303


# Not before -----------------------------------------------------------------------------------------------------


def test_before_its_beginning_a_link_says_when(client: Client, setup: Setup, now: datetime) -> None:
    new_link = create_link(setup, starts_at=now + timedelta(hours=2))
    for answer in (client.get(page_of(new_link)), client.post(page_of(new_link))):
        assert answer.status_code == 403
        assert "It is available from" in text(answer)
        assert 7_100 < int(answer["Retry-After"]) <= 7_200
    ShareLink.objects.update(starts_at=now - timedelta(seconds=1))
    assert client.post(page_of(new_link)).status_code == 303


# An address of one's own ----------------------------------------------------------------------------------------


def unmask(answer: Answer) -> str:
    """The page without the token against forgery, which is masked anew each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text(answer))


def test_a_public_slug_behaves_as_its_link(client: Client, setup: Setup) -> None:
    create_link(setup, slug="annual-report", is_public=True)
    assert client.get("/f/annual-report").status_code == 302
    assert client.get("/f/Annual-Report").status_code == 302


def test_a_locked_slug_looks_like_none_until_the_password_is_right(client: Client, setup: Setup) -> None:
    new_link = create_link(setup, slug="secret-report", password=make_password(PASSWORD))
    for ask in (client.get, client.head, client.post):
        known, unknown = ask("/f/secret-report"), ask("/f/no-report")
        assert known.status_code == unknown.status_code == 404
        assert unmask(known) == unmask(unknown)
        assert read_headers(known) == read_headers(unknown)
    opened = client.post("/f/secret-report", {"password": PASSWORD})
    assert download(client, opened["Location"]) == b"x" * 1234
    changes.revoke(new_link.link, timezone.now())
    stranger = Client()
    assert unmask(stranger.post("/f/secret-report", {"password": "x"})) == unmask(
        stranger.post("/f/no-report", {"password": "x"})
    )
    assert stranger.post("/f/secret-report", {"password": PASSWORD}).status_code == 410


def test_the_button_of_a_locked_page_is_no_incidents_state(client: Client, db: None) -> None:
    assert '<button class="press">開く</button>' in text(client.get("/f/no-report?lang=ja"))


def test_a_locked_slug_that_was_tried_too_often_still_looks_like_none(client: Client, setup: Setup) -> None:
    create_link(setup, slug="secret-report", password=make_password(PASSWORD))
    for _ in range(TRIES_PER_NETWORK + 1):
        client.post("/f/secret-report", {"password": "wrong"})
    closed = client.post("/f/secret-report", {"password": PASSWORD})
    assert closed.status_code == 404
    assert unmask(closed) == unmask(client.post("/f/no-report", {"password": PASSWORD}))


def test_the_clock_tells_no_locked_slug_from_none_however_often_it_is_tried(
    client: Client, setup: Setup, hashed_passwords: list[str]
) -> None:
    """What takes time is hashing a password: as often for a slug that is there, or closed, as for one that is not."""
    create_link(setup, slug="secret-report", password=make_password(PASSWORD))
    for tries in range(1, TRIES_PER_NETWORK + 4):
        for slug in ("secret-report", "no-report"):
            client.post(f"/f/{slug}", {"password": slug})
        hashes = min(tries, TRIES_PER_NETWORK)
        assert [hashed_passwords.count(slug) for slug in ("secret-report", "no-report")] == [hashes, hashes]


def test_who_opened_a_locked_slug_goes_on_without_being_counted(client: Client, setup: Setup) -> None:
    link = create_link(setup, slug="secret-report", password=make_password(PASSWORD), download_limit=1).link
    first = client.post("/f/secret-report", {"password": PASSWORD})["Location"]
    assert "Continue your download" in text(client.get("/f/secret-report"))
    assert client.post("/f/secret-report", {"password": PASSWORD})["Location"] == first
    assert download(client, first) == b"x" * 1234
    link.refresh_from_db()
    assert link.visit_count == 1
    assert Client().get("/f/secret-report").status_code == 404


def test_a_new_password_opens_to_a_network_that_tried_the_old_one_too_often(
    client: Client, setup: Setup, locked: NewLink
) -> None:
    named = create_link(setup, slug="secret-report", password=make_password(PASSWORD))
    for link, address in ((locked.link, page_of(locked)), (named.link, "/f/secret-report")):
        for _ in range(TRIES_PER_NETWORK):
            client.post(address, {"password": "wrong"})
        assert client.post(address, {"password": PASSWORD}).status_code in (404, 429)
        ShareLink.objects.filter(pk=link.pk).update(password=make_password("another horse"))
        assert client.post(address, {"password": PASSWORD}).status_code in (403, 404)
        assert client.post(address, {"password": "another horse"}).status_code == 303
