import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from math import ceil
from threading import Barrier, get_ident
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from botocore.signers import CloudFrontSigner
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from demo.servers import RcloneS3
from links.domain.errors import Refused
from links.domain.findings import Verdict
from links.domain.judging.facts import Delivery
from links.domain.pasted.repair import Repair
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.signed_urls.tokens import digest
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.queries.link_state import where_live
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links import changes, creation
from links.services.pasted import watch_many as watch_many_module
from links.services.pasted.watch import _refuse_watched, check_watchable, find_watched, watch_url
from links.services.pasted.watch_many import MAX_LINES, WatchResult, watch_many
from links.services.validation import batches
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, World, fetch, rescue_link
from tests.strict_s3 import StrictS3
from tests.timing import untraced

SIGNATURE = "X-Amz-Signature="
Found = TypeVar("Found")


def sign(world: World, key: str = "report.pdf", seconds: int = 604_800) -> str:
    return world.s3.presigner(world.access, world.store).v4(key, expires=seconds)


def open_url(link: ShareLink | None) -> str:
    return link.url.open() if link and link.url else ""


def watch(
    world: World, *lines: str, days: float | None = 6, note: str = "", zone: ZoneInfo | None = None
) -> list[WatchResult]:
    until = world.clock() + timedelta(days=days) if days else None
    return watch_many(lines, until, note=note, zone=zone or UTC, now=world.clock(), scope=EVERYTHING, owner=OPERATOR)


def refusals(rows: list[WatchResult]) -> dict[int, str]:
    return {row.item.number: row.refused.code for row in rows if row.refused}


def test_each_line_is_accepted_or_refused_under_its_own_number(world: World) -> None:
    rows = watch(world, sign(world), "", "hello", "https://files.example/a", sign(world, seconds=60))
    assert [row.item.number for row in rows] == [1, 3, 4, 5]
    assert refusals(rows) == {3: "url-unreadable", 4: "url-unsigned"}
    assert {row.done.link.pk for row in rows if row.done} == set(ShareLink.objects.values_list("pk", flat=True))


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


def sign_of(line: str) -> str:
    begin = line.index(SIGNATURE) + len(SIGNATURE)
    return line[: begin + 64]


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


def test_nothing_is_watched_twice(world: World) -> None:
    known, new = sign(world), sign(world, seconds=60)
    link, presigned = world.watch(known).link, world.presign()
    rows = watch(world, new, known, presigned.url, known.replace("&", "&amp;"), new)
    assert refusals(rows) == {2: "url-watched", 3: "url-watched", 4: "url-watched", 5: "url-repeated"}
    assert [row.refused.params for row in rows if row.refused] == [
        {"link": link.pk},
        {"link": presigned.link.pk},
        {"link": link.pk},
        {"line": 1},
    ]
    assert ShareLink.objects.count() == 3


def test_a_link_that_somebody_may_not_know_of_is_not_named_to_them(world: World) -> None:
    mika, ken = (User.objects.create_user(name, is_staff=True) for name in ("mika", "ken"))
    known, ours = sign(world), world.create_link()
    theirs = watch_url(
        read_pasted(known), world.clock() + timedelta(days=6), owner=ken, scope=EVERYTHING, now=world.clock()
    )
    ShareLink.objects.filter(pk=ours.link.pk).update(owner=ken)
    for owner, seen in (
        (mika, ["", ""]),
        (ken, [theirs.link.pk, ours.link.pk]),
        (OPERATOR, [theirs.link.pk, ours.link.pk]),
    ):
        until, told = world.clock() + timedelta(days=6), []
        for url in (known, ours.url):
            with pytest.raises(Refused) as refused:
                watch_url(read_pasted(url), until, owner=owner, scope=EVERYTHING, now=world.clock())
            told.append(refused.value.params["link"])
            with pytest.raises(Refused) as refused:
                check_watchable(read_pasted(url), until, owner, world.clock())
            assert refused.value.params["link"] == told[-1]
        rows = watch_many([known, ours.url], until, owner=owner, scope=EVERYTHING, now=world.clock())
        assert told == [row.refused.params["link"] for row in rows if row.refused] == seen


def test_what_was_revoked_rescued_or_ended_may_be_watched_again(world: World) -> None:
    urls = [sign(world, seconds=seconds) for seconds in (60, 61, 62)]
    revoked, rescued, _ended = (world.watch(url, days).link for url, days in zip(urls, (6, 6, 1), strict=True))
    changes.revoke(revoked, world.clock())
    rescue_link(rescued, world.clock())
    assert find_watched(read_pasted(urls[2]), OPERATOR, world.clock())
    world.ahead = timedelta(days=2)
    assert not refusals(watch(world, *urls))
    assert all(find_watched(read_pasted(url), OPERATOR, world.clock()) for url in urls)


def test_a_watched_url_is_found_however_it_was_mangled(world: World) -> None:
    link = world.watch(sign(world)).link
    assert find_watched(read_pasted(f"<{sign_of(open_url(link))}>"), OPERATOR, world.clock()) == link
    assert find_watched(read_pasted(sign(world, seconds=60)), OPERATOR, world.clock()) is None


def watch_at_once(monkeypatch: pytest.MonkeyPatch, *works: Callable[[], str]) -> list[str]:
    """What each of these tells, all of them having seen that nobody watches yet what they are about to."""
    together, waited = Barrier(len(works), timeout=60), set[int]()

    def look_then_wait(look: Callable[..., Found]) -> Callable[..., Found]:
        def looked(*of: object) -> Found:
            found = look(*of)
            if get_ident() not in waited:
                waited.add(get_ident())
                together.wait()
            return found

        return looked

    def work(tell: Callable[[], str]) -> str:
        try:
            return tell()
        finally:
            connection.close()

    monkeypatch.setattr("links.services.pasted.watch._refuse_watched", look_then_wait(_refuse_watched))
    monkeypatch.setattr(watch_many_module, "_refuse_known", look_then_wait(watch_many_module._refuse_known))
    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(threads.map(work, works))


def test_of_those_who_watch_one_url_at_once_one_does(
    transactional_db: None, strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.build(strict_s3)
    url = sign(world)
    over = world.watch(url).link
    changes.revoke(over, world.clock())

    def watch_it() -> str:
        try:
            world.watch(url)
        except Refused as refused:
            return f"{refused.code} {refused.params}"
        return "watched"

    told = watch_at_once(monkeypatch, *[watch_it] * 4)
    (link,) = ShareLink.objects.filter(where_live(world.clock()))
    assert told == [f"url-watched {{'link': {link.pk}}}"] * 3 + ["watched"]
    assert ShareLink.objects.count() == 2


def test_of_lists_that_share_urls_each_url_is_watched_once(
    transactional_db: None, strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.build(strict_s3)
    urls = [sign(world, seconds=seconds) for seconds in range(60, 100)]

    def watch_list(lines: list[str]) -> Callable[[], str]:
        def tell() -> str:
            known = Counter(refusals(watch(world, *lines)).values())
            return f"{len(lines) - known.total()} {dict(known)}"

        return tell

    told = watch_at_once(monkeypatch, watch_list(urls), watch_list(urls[::-1]), watch_list(urls[20:]))
    assert sum(int(one.split()[0]) for one in told) == 40
    assert len({bytes(known or b"") for known in ShareLink.objects.values_list("url_hash", flat=True)}) == 40
    assert ShareLink.objects.count() == 40


def test_two_links_that_watched_one_url_before_that_was_impossible_stay(world: World) -> None:
    url = sign(world)
    first = world.watch(url).link
    ShareLink.objects.update(holds_url=False)
    first.pk, first._state.adding = None, True
    first.save()
    ShareLink.objects.update(holds_url=False)
    assert refusals(watch(world, url)) == {1: "url-watched"}
    assert len(world.validate()) == 2


def test_more_than_a_thousand_lines_are_refused_whole(world: World) -> None:
    with pytest.raises(Refused) as refused:
        watch(world, *[sign(world)] * (MAX_LINES + 1), "")
    assert (refused.value.code, refused.value.params) == ("lines-too-many", {"count": 1001, "most": 1000})
    with pytest.raises(Refused, match="lines-missing"):
        watch(world, "", "  ")
    assert not ShareLink.objects.exists()


def test_hosts_that_may_not_be_asked_are_refused_line_by_line(world: World) -> None:
    rows = watch(world, sign(world).replace("127.0.0.1", "files.example.net"), sign(world))
    assert refusals(rows) == {1: "probe-host-not-allowed"}


def test_what_is_recognised_but_not_judged_is_refused_by_name(world: World) -> None:
    google = "https://storage.googleapis.com/b/a?X-Goog-Signature=00&X-Goog-Credential=x"
    azure = "https://a.blob.core.windows.net/c/b?sv=2024-01-01&se=2031-01-01T00%3A00%3A00Z&sig=abc"
    rows = watch(world, google, azure)
    assert [(row.refused.code, row.refused.params["flavour"]) for row in rows if row.refused] == [
        ("url-not-judged", "google-v4"),
        ("url-not-judged", "azure-sas"),
    ]


def test_urls_of_every_judged_style_are_watched_and_judged(world: World, settings: Settings) -> None:
    cdn = world.s3.add_distribution("localhost", world.store)
    pair = cdn.add_key_pair()
    ends = world.clock() + timedelta(days=7)
    canned = CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(
        f"http://localhost:{world.s3.port}/report.pdf", date_less_than=ends.replace(tzinfo=None)
    )
    settings.PROBE_ALLOWED_HOSTS = [f"localhost:{world.s3.port}", f"127.0.0.1:{world.s3.port}"]
    legacy = world.s3.presigner(world.access, world.store).v2("report.pdf", expires=604_800)
    rows = watch(world, sign(world), legacy, canned)
    assert not refusals(rows)
    verdicts = [world.judge(row.done.link).judgement.verdict for row in rows if row.done]
    assert verdicts == [Verdict.HEALTHY, Verdict.AT_RISK, Verdict.HEALTHY]


def test_urls_of_a_real_store_are_watched_and_served(db: None, rclone_s3: RcloneS3, now: datetime) -> None:
    (rclone_s3.data_dir / "many").mkdir(exist_ok=True)
    (rclone_s3.data_dir / "many" / "a.txt").write_bytes(CONTENT)
    key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url, region="us-east-1", now=now)
    bucket = binding.add_bucket("many", key, now=now)
    link_request = creation.NewLinkRequest(bucket, "a.txt", "1 hour", UTC, EVERYTHING, delivery=Delivery.PRESIGNED)
    url = creation.create_link(link_request, now).url
    ShareLink.objects.all().delete()
    (row,) = watch_many(
        [url.replace("&", "&amp;")], now + timedelta(minutes=50), now=now, scope=EVERYTHING, owner=OPERATOR
    )
    assert row.done
    (judged,) = batches.validate_links([row.done.link.pk], lambda: datetime.now(UTC))
    assert judged.judgement.verdict is Verdict.HEALTHY
    new_link = rescue_link(ShareLink.objects.get(pk=row.done.link.pk), now)
    assert new_link.link.object_key == "a.txt"
    assert fetch(url) == CONTENT


def test_a_thousand_lines_take_seconds_few_questions_and_one_task(
    world: World,
    queued: list[object],
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    for number in range(50):
        binding.add_bucket(f"more-{number}", world.key, now=world.clock())
    presigner = world.s3.presigner(world.access, world.store)
    lines = [presigner.v4("report.pdf", expires=1000 + number) for number in range(MAX_LINES)]
    # As many statements as SQLite needs for so many values, and seven more.
    written = [field for field in ShareLink._meta.concrete_fields if not (field.primary_key or field.generated)]
    at_once = min(connection.ops.bulk_batch_size(written, range(MAX_LINES)), 500)
    most = ceil(MAX_LINES / at_once) + 7
    begun = time.process_time()
    with untraced(), django_capture_on_commit_callbacks(execute=True), django_assert_max_num_queries(most):
        rows = watch(world, *lines, days=6)
    assert time.process_time() - begun < 5
    assert not refusals(rows)
    assert ShareLink.objects.watched().count() == MAX_LINES
    assert queued == [("validate_due_links", None)]


def test_no_url_shows_in_a_row_or_a_log_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = sign(world)
    rows = watch(world, url, f"{url}x y", url)
    secret = sign_of(url)[-64:]
    assert secret not in repr(rows) + caplog.text
    assert secret not in repr([row.refused.params for row in rows if row.refused])


def test_a_link_of_this_site_is_not_watched_once_more(world: World) -> None:
    new_link = world.create_link()
    ShareLink.objects.filter(pk=new_link.link.pk).update(slug="summer")
    rows = watch(
        world,
        new_link.url,
        "http://holdfast.test/f/summer",
        "http://holdfast.test/s/unknown",
        "http://x.example/f/summer",
    )
    assert refusals(rows) == {1: "url-ours", 2: "url-ours", 3: "url-ours", 4: "url-unsigned"}
    assert [row.refused.params["link"] for row in rows[:3] if row.refused] == [new_link.link.pk, new_link.link.pk, ""]
