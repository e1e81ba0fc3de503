"""Nothing is watched twice, and many are watched in seconds."""

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

import pytest
from botocore.signers import CloudFrontSigner
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from demo.servers import RcloneS3
from links.domain.errors import Refused
from links.domain.findings import Verdict
from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.queries.link_state import where_live
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links import changes, creation
from links.services.pasted import watch_many as watch_many_module
from links.services.pasted.watch import _refuse_watched, check_watchable, find_watched, watch_url
from links.services.pasted.watch_many import MAX_LINES, watch_many
from links.services.validation import batches
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, World, fetch, rescue_link, sign
from tests.services.pasted.watching import open_url, refusals, sign_of, watch
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3
from tests.timing import untraced

Found = TypeVar("Found")


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


def test_urls_of_every_judged_style_are_watched_and_judged(world: World, site_settings: SiteSettings) -> None:
    cdn = world.s3.add_distribution("localhost", world.store)
    pair = cdn.add_key_pair()
    ends = world.clock() + timedelta(days=7)
    canned = CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(
        f"http://localhost:{world.s3.port}/report.pdf", date_less_than=ends.replace(tzinfo=None)
    )
    site_settings.PROBE_ALLOWED_HOSTS = [f"localhost:{world.s3.port}", f"127.0.0.1:{world.s3.port}"]
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


@pytest.mark.slow
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
    # As many statements as SQLite needs for so many values, and eight more; and those of the audit trail.
    written = [field for field in ShareLink._meta.concrete_fields if not field.generated]
    at_once = min(connection.ops.bulk_batch_size(written, range(MAX_LINES)), 500)
    most = ceil(MAX_LINES / at_once) + 8 + 40
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
