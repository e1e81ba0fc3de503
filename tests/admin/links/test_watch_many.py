"""Watching many URLs at once."""

import logging
import re
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise
from time import process_time

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from links.models import ShareLink
from tests.admin.link_pages import SignIn, press, sign
from tests.fixtures import OBJECT, Setup
from tests.markup import tidy

MANY = "/admin/links/sharelink/watch/many/"


def watch(client: Client, *lines: str, **entered: str) -> str:
    answer = client.post(MANY, {"lines": "\r\n".join(lines), **entered})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return unescape(answer.content.decode())


def test_the_list_and_the_single_page_lead_to_it(admin_client: Client) -> None:
    for page in ("/admin/links/sharelink/", "/admin/links/sharelink/watch/"):
        assert f'href="{MANY}"' in admin_client.get(page).content.decode()


def test_only_who_may_add_links_may_watch_many(sign_in: SignIn) -> None:
    assert sign_in("view_sharelink").get(MANY).status_code == 403


def test_every_line_gets_its_answer(admin_client: Client, setup: Setup, until: str) -> None:
    url = sign(setup)
    page = watch(admin_client, url, "", "hello", f"<{url}>", promised_until=until, note="for A")
    link = ShareLink.objects.get()
    assert link.note == "for A"
    page = tidy(page)
    assert re.search(r"<td class=\"\w+\">1</td><td[^>]*><span class=\"badge badge-quiet\">", page)
    assert f'href="/admin/links/sharelink/{link.pk}/change/">{link}' in page
    assert re.search(r"<td[^>]*>3</td>", page)
    assert "This is not a web address." in page
    assert "This is the same URL as in line 1. Text around the URL was removed." in page
    assert "1 URL is now monitored" in page
    assert "1 line was not accepted" in page
    assert "1 line is already monitored" in page
    again = tidy(watch(admin_client, url, promised_until=until))
    assert f'href="/admin/links/sharelink/{link.pk}/change/">#{link.pk}' in again
    assert "This URL is already monitored" in again


def test_a_lines_own_time_is_read_in_the_readers_zone(admin_client: Client, setup: Setup, now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    admin_client.cookies["tz"] = "Asia/Tokyo"
    watch(admin_client, f"{sign(setup)}\t{day}T18:00\tfor B")
    link = ShareLink.objects.get()
    assert f"{link.promised_until:%Y-%m-%dT%H:%M%z}" == f"{day}T09:00+0000"
    assert link.note == "for B"


def test_too_many_lines_are_refused_whole(admin_client: Client, setup: Setup, until: str) -> None:
    page = watch(admin_client, *[sign(setup)] * 1_001, promised_until=until)
    assert "These are 1001 lines, but at most 1000 can be monitored at once." in page
    assert not ShareLink.objects.exists()


def test_a_thousand_long_urls_cost_no_more_each_than_a_hundred(
    admin_client: Client, setup: Setup, until: str, now: datetime
) -> None:
    session = setup.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))
    presigner = setup.s3.presigner(session, setup.stored)
    token = "FwoGZXIvYXdzE" + "x" * 1_500
    watch(admin_client, presigner.v4(OBJECT, expires=999, token=token), promised_until=until)  # loads what all need
    for attempt in range(1, 4):  # the machine may be busy in one of them
        lines = [presigner.v4(OBJECT, expires=10_000 * attempt + number, token=token) for number in range(1_100)]
        times = [process_time()]
        for some in (lines[:100], lines[100:]):
            page = watch(admin_client, *some, promised_until=until)
            times.append(process_time())
        hundred, thousand = (then - first for first, then in pairwise(times))
        assert "1000 URLs are now monitored" in page
        assert ShareLink.objects.count() == LogEntry.objects.count() == 1_100 * attempt + 1
        if thousand < 15 * hundred:
            return
    raise AssertionError(f"{hundred:.2f} s for a hundred, {thousand:.2f} s for a thousand")


def test_nothing_secret_is_repeated_logged_or_written_into_a_history(
    admin_client: Client, setup: Setup, until: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = sign(setup)
    told = "".join(
        [
            watch(admin_client, url, "odd", url, promised_until=until),
            watch(admin_client, url, f"<{url}>", promised_until=until),
            str(list(LogEntry.objects.values())),
            caplog.text,
        ]
    )
    assert "Added to monitoring together with others." in told
    assert url[-64:] not in told


def test_what_was_not_taken_stays_in_the_field_and_nowhere_else(
    admin_client: Client, setup: Setup, until: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    taken, odd = sign(setup), f"{sign(setup, 60)} odd"
    assert read_field(watch(admin_client, taken, "", odd, "<hello>", taken, promised_until=until)) == [
        mask(odd),
        "<hello>",
    ]
    assert read_field(watch(admin_client, odd, "hello", promised_until=until)) == [mask(odd), "hello"]
    assert read_field(watch(admin_client, sign(setup, 61), promised_until=until)) == []
    assert odd[-64:] not in caplog.text + str(list(LogEntry.objects.values()))


def test_what_was_said_of_all_lines_stays_beside_those_that_were_refused(
    admin_client: Client, setup: Setup, until: str
) -> None:
    page = watch(admin_client, "hello", promised_until=until, note="for Aoi")
    assert ">\nfor Aoi<" in page
    assert f'value="{until}"' in page


def test_what_is_refused_whole_stays_whole(admin_client: Client, setup: Setup) -> None:
    url = sign(setup)
    assert read_field(watch(admin_client, url, promised_until="never")) == [mask(url)]
    lines = read_field(watch(admin_client, *[url] * 1_001))
    assert lines == [mask(url).replace("1]", f"{number}]") for number in range(1, 1_002)]


def mask(text: str) -> str:
    """A line as the page shows it again, where it is the only one with a secret."""
    url, _, rest = text.partition(" ")
    shown = f"{url.partition('?')[0]}?[kept 1]"
    return f"{shown} {rest}" if rest else shown


def read_field(page: str) -> list[str]:
    return page.split('name="lines"')[1].split(">", 1)[1].split("</textarea>", maxsplit=1)[0].strip().splitlines()


def test_lines_that_only_repeat_are_not_called_refused(admin_client: Client, setup: Setup, until: str) -> None:
    url = sign(setup)
    watch(admin_client, url, promised_until=until)
    page = watch(admin_client, url, url, promised_until=until)
    assert "No new URLs to monitor" in page
    assert "2 lines are already monitored" in page
    assert "was not accepted" not in page
    assert "0 URLs" not in page
    assert "1 line was not accepted" in watch(admin_client, url, "hello", promised_until=until)


ONE = "/admin/links/sharelink/watch/"


def test_many_say_what_was_read_off_as_one_does(admin_client: Client, setup: Setup, until: str) -> None:
    url = sign(setup, 3_600)
    assert "Signature expires before the promised date" in press(admin_client, "preview", url, until)
    assert "Signature expires before the promised date" in watch(admin_client, url, promised_until=until)


def test_a_url_that_no_store_takes_gets_no_sign_of_success(admin_client: Client, setup: Setup, until: str) -> None:
    page = tidy(watch(admin_client, sign(setup, 2_592_000), promised_until=until))
    assert '<span class="badge badge-bad"' in page
    assert "Watched: Broken" in page
    assert "badge-good" not in page
