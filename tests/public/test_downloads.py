from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote
from urllib.request import urlopen

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from links.models import ShareLink, Visit
from links.services.links import changes
from tests.answers import read_headers
from tests.fixtures import OBJECT, Setup, lose_the_file, token_of
from tests.site_settings import SiteSettings


def end_all(now: datetime) -> None:
    ShareLink.objects.update(promised_until=now - timedelta(seconds=1))


def test_a_click_leads_to_the_file(client: Client, setup: Setup) -> None:
    answer = client.get(f"/s/{token_of(setup.create_link().url)}")
    assert answer.status_code == 302
    with urlopen(answer["Location"]) as download:
        assert download.read() == b"x" * 1234


def test_a_redirect_is_kept_by_nobody_and_tells_the_store_nothing(client: Client, setup: Setup) -> None:
    answer = client.get(f"/s/{token_of(setup.create_link().url)}")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert answer.content == b""


def test_a_click_is_counted_with_a_shortened_address(client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    client.get(f"/s/{token_of(new_link.url)}", REMOTE_ADDR="203.0.113.77")
    new_link.link.refresh_from_db()
    assert new_link.link.visit_count == 1
    assert Visit.objects.get().address == "203.0.113.0/24"


def test_a_head_request_tells_size_and_name_counts_nothing_and_asks_the_store_no_more_often_than_a_click(
    client: Client, setup: Setup
) -> None:
    new_link = setup.create_link()
    asked = len(setup.s3.requests)
    for _ in range(5):
        answer = client.head(f"/s/{token_of(new_link.url)}")
    new_link.link.refresh_from_db()
    assert answer.status_code == 200
    assert answer["Content-Length"] == "1234"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Accept-Ranges"] == "bytes"
    assert "年次 report.pdf" in unquote(answer["Content-Disposition"])
    assert "Location" not in answer
    assert new_link.link.visit_count == 0
    assert not Visit.objects.exists()
    assert len(setup.s3.requests) == asked + 1


def test_the_size_of_a_file_that_may_be_another_by_now_is_not_told(client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    ShareLink.objects.update(follows_latest=True)
    setup.stored.put(OBJECT, b"x" * 5, content_type="application/pdf")
    answer = client.head(f"/s/{token_of(new_link.url)}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Content-Length" not in answer


def lose_the_key(setup: Setup) -> None:
    setup.key.state = "pending"
    setup.key.save()


def replace_the_file(setup: Setup) -> None:
    setup.stored.put(OBJECT, b"another")


def give_a_password(setup: Setup) -> None:
    ShareLink.objects.update(password="x")


def use_it_up(setup: Setup) -> None:
    ShareLink.objects.update(download_limit=1, visit_count=1)


@pytest.mark.parametrize(
    ("change", "status"),
    [(lose_the_key, 503), (lose_the_file, 503), (replace_the_file, 410), (give_a_password, 200), (use_it_up, 410)],
)
def test_a_head_request_has_the_status_that_a_click_has(
    client: Client, setup: Setup, change: Callable[[Setup], None], status: int
) -> None:
    address = f"/s/{token_of(setup.create_link().url)}"
    change(setup)
    asked = client.head(address)
    assert not Visit.objects.exists()
    assert asked.content == b""
    assert "Content-Disposition" not in asked
    assert (asked.status_code, client.get(address).status_code) == (status, status)


@pytest.mark.parametrize(("change", "status"), [(lose_the_file, 503), (replace_the_file, 410)])
def test_a_head_request_for_what_a_press_gave_is_as_honest_and_notes_nothing(
    client: Client, setup: Setup, change: Callable[[Setup], None], status: int
) -> None:
    new_link = setup.create_link()
    ShareLink.objects.update(download_limit=1)
    address = client.post(f"/s/{token_of(new_link.url)}")["Location"] + "file"
    assert client.head(address)["Content-Length"] == "1234"
    change(setup)
    ShareLink.objects.update(prechecked_at=None)
    noted = Visit.objects.count()
    asked = client.head(address)
    assert Visit.objects.count() == noted
    assert (asked.status_code, client.get(address).status_code) == (status, status)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_that_has_ended_says_so(method: str, client: Client, setup: Setup, now: datetime) -> None:
    url = setup.create_link().url
    end_all(now)
    answer = getattr(client, method)(f"/s/{token_of(url)}")
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "no-store"
    if method == "get":
        assert "This link has expired" in answer.content.decode()
        assert "UTC" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_revoked_link_says_so(method: str, client: Client, setup: Setup, now: datetime) -> None:
    new_link = setup.create_link()
    changes.revoke(new_link.link, now)
    answer = getattr(client, method)(f"/s/{token_of(new_link.url)}")
    assert answer.status_code == 410
    if method == "get":
        assert "This link was revoked" in answer.content.decode()


@pytest.mark.parametrize("alerts", [[], ["ops@example.com"]])
def test_a_file_that_cannot_be_signed_for_is_a_503_that_asks_to_come_back(
    client: Client, setup: Setup, site_settings: SiteSettings, alerts: list[str]
) -> None:
    site_settings.ALERT_MAILS, site_settings.ALERT_URLS = alerts, []
    new_link = setup.create_link()
    setup.key.state = "pending"
    setup.key.save()
    answer = client.get(f"/s/{token_of(new_link.url)}")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    page = answer.content.decode()
    assert "cannot be downloaded right now" in page
    assert ("the people who run this site are informed" in page) is bool(alerts)  # nobody else is
    assert Visit.objects.get().outcome == "failed"


@pytest.mark.parametrize(
    "path",
    ["/s/", "/s/x", "/s/" + "A" * 43, "/s/" + "A" * 5000, "/s/a/b/c", "/s/%00", "/s/a%0Ab", "/s/%F0%9F%98%80", "/s/.."],
)
def test_whatever_is_no_link_gets_the_same_page(path: str, client: Client, setup: Setup) -> None:
    unknown, elsewhere = client.get(path), client.get("/no-such-page")
    assert unknown.status_code == elsewhere.status_code == 404
    assert unknown.content == elsewhere.content
    assert read_headers(unknown) == read_headers(elsewhere)
    assert not unknown.cookies


def test_an_unknown_token_is_looked_for_once_and_counted(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """For its network and for all; `tests.services.visits.test_guesses` has what comes of too many."""
    with django_assert_num_queries(5) as asked:
        client.get("/s/" + "A" * 43)
    assert ["links_throttle" in query["sql"] for query in asked.captured_queries] == [False, True, True, True, True]


def test_a_click_is_two_statements_and_a_look_at_the_store_one_more(
    client: Client, setup: Setup, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One that finds, with bucket and key, and one that admits, counts, records, and begins the time for resumes: on
    SQLite these are three, within a transaction."""
    address = f"/s/{token_of(setup.create_link().url)}"
    with django_assert_num_queries(count_statements() + 1):  # how the store's breaker stands, before the look
        assert client.get(address).status_code == 302
    with django_assert_num_queries(count_statements()):
        assert client.get(address).status_code == 302
    assert ShareLink.objects.get().visit_count == Visit.objects.count() == 2


def count_statements() -> int:
    return 2 if connection.vendor == "postgresql" else 6


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(method: str, client: Client, db: None) -> None:
    assert getattr(client, method)("/s/" + "A" * 43).status_code == 405


def test_the_page_speaks_the_readers_language(client: Client, setup: Setup, now: datetime) -> None:
    url = setup.create_link().url
    end_all(now)
    answer = client.get(f"/s/{token_of(url)}", headers={"Accept-Language": "ja,en;q=0.5"})
    assert '<html lang="ja">' in answer.content.decode()


def test_no_page_of_customers_runs_or_asks_for_anything_foreign(client: Client, db: None) -> None:
    answer = client.get("/s/unknown")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.content.decode()
    assert "style=" not in answer.content.decode()


GLUED = [
    ".",
    ",",
    ")",
    ">",
    "]",
    '"',
    "'",
    ";",
    ":",
    "!",
    "?",
    "/",
    "&amp;",
    "%20",
    "%0A",
    "%0D%0A",
    "%3E",
    "%E3%80%82",
]


@pytest.mark.parametrize("glued", GLUED)
def test_what_mail_and_chat_glue_to_an_address_does_no_harm(client: Client, setup: Setup, glued: str) -> None:
    token = token_of(setup.create_link().url)
    assert client.get(f"/s/{token}{glued}").status_code == 302
    ShareLink.objects.update(slug="annual-report", is_public=True)
    assert client.get(f"/f/annual-report{glued}").status_code == 302


@pytest.mark.parametrize("glued", ["", *GLUED])
def test_no_glue_makes_a_link_out_of_nothing(client: Client, setup: Setup, glued: str) -> None:
    token = token_of(setup.create_link().url)
    unknown = client.get("/s/nobody")
    assert client.get(f"/s/{token[:-1]}{glued}").content == unknown.content
    assert client.get(f"/s/{token[:-1]}{glued}").status_code == 404
