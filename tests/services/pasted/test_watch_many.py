from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from links.domain.findings import Verdict
from links.domain.pasted.repair import Repair
from links.domain.signed_urls.tokens import digest
from links.models import ShareLink
from tests.fixtures import CONTENT, World, sign
from tests.services.pasted.watching import open_url, refusals, sign_of, watch


def test_each_line_is_accepted_or_refused_under_its_own_number(world: World) -> None:
    rows = watch(world, sign(world), "", "hello", "https://files.example/a", sign(world, seconds=60))
    assert [row.item.number for row in rows] == [1, 3, 4, 5]
    assert refusals(rows) == {3: "url-unreadable", 4: "url-unsigned"}
    assert {row.done.link.pk for row in rows if row.done} == set(ShareLink.objects.values_list("pk", flat=True))


def test_the_links_are_numbered_in_the_order_of_the_lines(world: World) -> None:
    rows = watch(world, *(sign(world, seconds=seconds) for seconds in range(60, 72)))
    numbers = [row.done.link.pk for row in rows if row.done]
    assert len(numbers) == 12
    assert numbers == sorted(numbers)
    assert world.watch(sign(world, seconds=80)).link.pk > numbers[-1]


def test_what_was_accepted_is_watched_as_one_url_alone_would_be(world: World) -> None:
    url = sign(world)
    alone = world.watch(url).link
    ShareLink.objects.filter(pk=alone.pk).update(revoked_at=world.clock(), due_at=None)
    (row,) = watch(world, url, note="for A")
    assert row.done
    link = ShareLink.objects.get(pk=row.done.link.pk)
    same = ["delivery", "bucket_id", "object_key", "host", "access_key_id", "signature_ends_at", "url_hash"]
    assert [getattr(link, name) for name in same] == [getattr(alone, name) for name in same]
    assert open_url(link) == url
    assert (link.note, bytes(link.url_hash or b"")) == ("for A", digest(url))
    assert world.judge(link).judgement.verdict is Verdict.HEALTHY


@pytest.mark.parametrize("between", ["\t", ",", ", ", "  ", " , "])
def test_a_line_may_have_a_promise_and_a_note_of_its_own(world: World, between: str) -> None:
    day = (world.clock() + timedelta(days=3)).date()
    lines = [
        f"{sign(world)}{between}{day}{between}for B, of Osaka",
        f"{sign(world, seconds=60)}{between}{day}T18:00+09:00",
        sign(world, seconds=61),
    ]
    first, second, third = watch(world, *lines, note="for all", zone=ZoneInfo("Asia/Tokyo"))
    assert first.done
    assert first.done.link.promised_until == datetime(day.year, day.month, day.day, 14, 59, 59, tzinfo=UTC)
    assert open_url(first.done.link) == sign_of(lines[0])
    assert second.done
    assert second.done.link.promised_until == datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    assert [row.done.link.note for row in (first, second, third) if row.done] == [
        "for B, of Osaka",
        "for all",
        "for all",
    ]


def test_a_time_after_a_blank_belongs_to_its_date(world: World) -> None:
    day = (world.clock() + timedelta(days=3)).date()
    (row,) = watch(world, f"{sign(world)} {day} 18:00 for C")
    assert row.done
    assert row.done.link.promised_until == datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    assert row.done.link.note == "for C"


@pytest.mark.parametrize(
    ("form", "hour"),
    [
        ("{0:%d.%m.%Y}", 23),
        ("{0:%Y/%m/%d}", 23),
        ("{0.year}年{0.month}月{0.day}日", 23),
        ("{0.day} {0:%B} {0.year}", 23),
        ("{0:%b} {0.day}, {0.year}", 23),
        ("{0.year}年{0.month}月{0.day}日 9:59:59", 9),
        ("{0:%d.%m.%Y} 18:59:59", 18),
    ],
)
@pytest.mark.parametrize("note", ["", " for C", ",for C"])
def test_a_lines_date_is_read_as_lifetimes_read_it(world: World, form: str, hour: int, note: str) -> None:
    day = (world.clock() + timedelta(days=3)).replace(tzinfo=None)
    wide = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789/"}
    for url, date in ((sign(world), form.format(day)), (sign(world, seconds=60), form.format(day).translate(wide))):
        (row,) = watch(world, f"{url} {date}{note}")
        assert row.done, row.refused
        assert row.done.link.promised_until == day.replace(hour=hour, minute=59, second=59, microsecond=0, tzinfo=UTC)
        assert (row.done.link.note, open_url(row.done.link)) == (note.strip(" ,"), url)


def test_a_date_that_may_be_either_of_two_is_refused_as_such(world: World) -> None:
    assert refusals(watch(world, f"{sign(world)} 05/06/2031")) == {1: "lifetime-date-ambiguous"}


def test_what_is_no_url_is_told_so_before_a_date_is_missed(world: World) -> None:
    assert refusals(watch(world, "hello", sign(world), days=None)) == {1: "url-unreadable", 2: "promise-missing"}


def test_a_refused_line_tells_no_repairs(world: World) -> None:
    (row,) = watch(world, f"<{sign(world)}>", days=None)
    assert (row.refused is not None, row.item.repairs) == (True, ())


def test_a_date_in_an_object_key_is_no_promise(world: World) -> None:
    world.store.put("report,2031-01-01,final.pdf", CONTENT)
    url = sign(world, "report,2031-01-01,final.pdf").replace("%2C", ",")
    (row,) = watch(world, url)
    assert row.done
    assert row.done.link.object_key == "report,2031-01-01,final.pdf"
    assert open_url(row.done.link) == url


def test_lines_without_a_promise_or_with_an_odd_one_are_refused(world: World) -> None:
    past = (world.clock() - timedelta(days=2)).date()
    rows = watch(world, sign(world), f"{sign(world)} 2026-13-45", f"{sign(world)} {past}", days=None)
    assert refusals(rows) == {1: "promise-missing", 2: "promise-unreadable", 3: "promise-in-the-past"}


def test_a_note_without_a_date_is_not_taken_for_the_end_of_the_signature(world: World) -> None:
    rows = watch(world, f"{sign(world)} for D", f"{sign(world)}\tfor E")
    assert refusals(rows) == {1: "line-unreadable", 2: "line-unreadable"}


def test_what_chat_did_to_a_line_is_undone_and_told(world: World) -> None:
    url = sign(world)
    (row,) = watch(world, f"<{url.replace('&', '&amp;')}|the report for you>")
    assert row.done
    assert (open_url(row.done.link), row.item.repairs) == (url, (Repair.SURROUNDINGS, Repair.HTML_ENTITIES))


def test_a_single_url_is_mended_before_it_is_watched(world: World) -> None:
    url = sign(world)
    new_link = world.watch(f"<{url[:70]}\n{url[70:]}>".replace("&", "&amp;"))
    assert new_link.url == url
    assert open_url(new_link.link) == url
    assert world.judge(new_link.link).judgement.verdict is Verdict.HEALTHY
