"""Making links: exactly that object, until exactly then, or a clear refusal before anything is saved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as settled
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from links.domain.errors import HoldfastError, PromiseRefused, Refused, Unreadable
from links.domain.findings import Verdict
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import PromiseCode
from links.domain.reasons import Reason
from links.domain.sharing import SharedPrefix, ShareScope
from links.domain.signed_urls import reading
from links.models import ShareLink, SigningKey
from links.queries import own_urls
from links.services.links import creation
from links.services.links.creation import NewLink
from links.services.validation import batches
from links.services.visits import clicks
from links.texts.refusals import explain
from tests.fixtures import CONTENT, World, fetch
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3, refusals

SEVEN_DAYS = timedelta(days=7)


def click(world: World, new_link: NewLink) -> bytes:
    return fetch(clicks.follow(new_link.url.rpartition("/")[2], now=world.clock()).url)


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(HoldfastError) as refused:
        act()
    assert not ShareLink.objects.exists()
    return refused.value.code


# Stable ---------------------------------------------------------------------------------------------------------


def test_a_stable_link_is_promised_as_long_as_was_asked(world: World, site_settings: SiteSettings) -> None:
    new_link = world.create_link(lifetime="1 year", note="for Anna")
    link = ShareLink.objects.get()
    assert new_link.url.startswith(f"{site_settings.BASE_URL}/s/")
    assert len(new_link.url.rpartition("/")[2]) == 43
    assert link.promised_until == link.asked_until == new_link.promise.promised_until
    assert [reason.code for reason in link.promise_reasons] == [PromiseCode.SIGNED_AT_EACH_CLICK]
    assert (link.delivery, link.note, link.filename, link.size) == ("stable", "for Anna", "report.pdf", len(CONTENT))
    assert (link.host, link.access_key_id) == (f"127.0.0.1:{world.s3.port}", world.access.id)
    assert own_urls.reveal_url(link) == new_link.url
    assert new_link.url not in repr(new_link)


def test_a_preview_promises_the_same_and_saves_nothing(world: World) -> None:
    now = world.clock()
    assert creation.preview(world.link_request(lifetime="30 days"), now).promised_until == now + timedelta(days=30)
    assert not ShareLink.objects.exists()


def test_a_link_is_due_at_once_and_queued_after_the_commit(
    world: World, queued: list[object], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        link = world.create_link().link
        assert queued == []
    assert queued == [("validate_links", [link.pk])]
    assert ShareLink.objects.due(world.clock()).get() == link


def test_a_queue_that_cannot_be_reached_changes_nothing(transactional_db: None, strict_s3: StrictS3) -> None:
    """The suite's Redis is not there."""
    world = World.build(strict_s3)
    before = datetime.now(UTC)
    link = world.create_link().link
    assert datetime.now(UTC) - before < timedelta(seconds=2)
    (judged,) = batches.validate_due_links(world.clock)
    assert (judged.link, judged.judgement.verdict) == (link, Verdict.HEALTHY)


AWKWARD = [
    *("a b+c%d'e\"f&g=h?i#j.txt", "a//b", "/leading", "a\nb\r\nc", "日本語/😀 emoji.pdf", "a%2Fb", "%", "%41", "a;b,c"),
    *("\\back\\slash", "~tilde*()!", "...", "a/...b", "\x7f\x01", "x" * 1024, "é" * 512, "trailing/", "a=b&c=d", "+ +"),
]


@pytest.mark.parametrize("key", AWKWARD)
def test_a_link_leads_to_exactly_its_object_however_awkward_its_key(world: World, key: str) -> None:
    world.store.put(key, key.encode())
    assert click(world, world.create_link(key)) == key.encode()
    assert fetch(world.presign(key).url) == key.encode()
    assert {judged.judgement.verdict for judged in world.validate()} == {Verdict.HEALTHY}
    assert set(ShareLink.objects.values_list("object_key", flat=True)) == {key}


@pytest.mark.slow
@settled(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(min_size=1, max_size=40))
def test_any_key_is_led_to_exactly_or_refused_before_anything_is_saved(world: World, key: str) -> None:
    known = ShareLink.objects.count()
    world.store.put(key, key.encode("utf-8", "surrogatepass"))
    try:
        new_link = world.create_link(key)
    except Refused:
        assert ShareLink.objects.count() == known
    else:
        assert click(world, new_link) == key.encode()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "object-key-empty"),
        ("a/../b", "object-key-dots"),
        ("..", "object-key-dots"),
        ("./a", "object-key-dots"),
        ("x" * 1025, "object-key-too-long"),
        ("a\0b", "object-key-malformed"),
        ("a\udcff", "object-key-malformed"),
        ("absent.pdf", "object-missing"),
    ],
)
def test_a_key_that_no_link_can_lead_to_is_refused_before_anything_is_saved(world: World, key: str, code: str) -> None:
    assert refusal_of(lambda: world.create_link(key)) == code


def test_the_name_under_which_a_file_is_saved_may_be_chosen(world: World) -> None:
    new_link = world.create_link(filename="四半期報告.pdf")
    url = clicks.follow(new_link.url.rpartition("/")[2], now=world.clock()).url
    assert "filename%2A%3DUTF-8%27%27%25E5%259B%259B" in url
    assert fetch(url) == CONTENT


def test_a_name_too_long_for_its_column_keeps_its_ending(world: World) -> None:
    assert world.create_link(filename="x" * 400 + ".pdf").link.filename == "x" * 251 + ".pdf"


# What stands in the way -----------------------------------------------------------------------------------------


def test_nothing_is_saved_where_the_bucket_may_not_be_read(world: World) -> None:
    world.user.deny("s3:GetObject")
    assert refusal_of(world.create_link) == "object-unreadable"


def test_nothing_is_saved_where_the_store_does_not_answer(world: World) -> None:
    world.s3.answer = refusals.service_unavailable()
    assert refusal_of(world.create_link) == "store-unanswered"


def test_nothing_is_saved_where_the_key_may_not_sign(world: World) -> None:
    SigningKey.objects.update(state="pending")
    world.bucket.refresh_from_db()
    assert refusal_of(world.create_link) == "key-pending"


def test_nothing_is_saved_where_the_secret_cannot_be_read(world: World, site_settings: SiteSettings) -> None:
    site_settings.ENCRYPTION_KEYS = []
    assert refusal_of(world.create_link) == "secrets-unreadable"


def test_a_stable_link_needs_the_sites_address(world: World, site_settings: SiteSettings) -> None:
    site_settings.BASE_URL = ""
    assert refusal_of(world.create_link) == "base-url-missing"


@pytest.mark.parametrize("lifetime", ["soon", "10 seconds", "200 years", "2001-01-01", "30 m"])
def test_a_lifetime_that_cannot_be_is_refused(world: World, lifetime: str) -> None:
    with pytest.raises((Refused, Unreadable)):
        world.create_link(lifetime=lifetime)
    assert not ShareLink.objects.exists()


# Presigned ------------------------------------------------------------------------------------------------------


def test_seven_days_are_promised_to_the_second_at_which_the_url_ends(world: World) -> None:
    new_link = world.presign(lifetime="7 days")
    read = reading.read(new_link.url)
    assert read.lifetime is not None
    assert 604_798 <= read.lifetime <= 604_800
    assert new_link.link.promised_until == new_link.promise.promised_until == read.expires_at
    assert new_link.link.signature_ends_at == read.expires_at
    assert own_urls.reveal_url(new_link.link) == new_link.url


def test_a_store_that_took_its_time_shortens_the_signature_and_not_the_promise(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False) as travel:
        asked = world.clock()
        travel.shift(4)
        new_link = creation.create_link(world.link_request(lifetime="7 days", delivery=Delivery.PRESIGNED), asked)
        read = reading.read(new_link.url)
    assert (read.lifetime, read.expires_at) == (604_796, asked + SEVEN_DAYS)
    assert new_link.link.promised_until == asked + SEVEN_DAYS


def test_a_signer_whose_clock_is_behind_shortens_the_promise(world: World) -> None:
    """The URL's own words count."""
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        now = world.clock() + timedelta(seconds=5)
        new_link = creation.create_link(world.link_request(lifetime="1 hour", delivery=Delivery.PRESIGNED), now)
    assert new_link.link.promised_until == now + timedelta(seconds=3_595)
    assert new_link.promise.is_shortened


def test_a_presigned_link_past_seven_days_is_refused_and_a_stable_one_offered(world: World) -> None:
    with pytest.raises(PromiseRefused) as refused:
        world.presign(lifetime="8 days")
    assert refused.value.code == "promise-presigned-too-long"
    assert refused.value.params["offer"] == "stable"
    assert not ShareLink.objects.exists()


# Foreign --------------------------------------------------------------------------------------------------------


def sign(world: World, key: str = "report.pdf") -> str:
    return world.s3.presigner(world.access, world.store).v4(key, expires=604_800)


def test_a_foreign_url_of_our_bucket_is_known_as_its_object(world: World) -> None:
    url = sign(world)
    new_link = world.watch(f"  {url}\n")
    link = ShareLink.objects.get()
    assert (link.bucket, link.object_key, link.delivery) == (world.bucket, "report.pdf", "foreign")
    assert (link.access_key_id, link.token_hash) == (world.access.id, None)
    assert own_urls.reveal_url(link) == new_link.url == url
    assert clicks.find_link("") is None


def test_a_legacy_url_is_watched_too(world: World) -> None:
    assert world.watch(world.s3.presigner(world.access, world.store).v2("report.pdf", expires=604_800)).link.pk


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("no address", "url-unreadable"),
        ("https://files.s3.eu-west-1.amazonaws.com/report.pdf", "url-unsigned"),
        ("https://files.blob.core.windows.net/a?sv=2020&se=2027-01-01T00:00:00Z&sig=abc", "url-not-judged"),
    ],
)
def test_what_cannot_be_watched_is_refused(world: World, url: str, code: str) -> None:
    assert refusal_of(lambda: world.watch(url)) == code


def test_a_host_that_we_do_not_ask_is_refused(world: World, site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = [f"127.0.0.1:{world.s3.port}"]
    strange = sign(world).replace(f"127.0.0.1:{world.s3.port}", "169.254.169.254")
    assert refusal_of(lambda: world.watch(strange)) == "probe-host-not-allowed"
    other_port = sign(world).replace(f":{world.s3.port}/", ":22/")
    assert refusal_of(lambda: world.watch(other_port)) == "probe-host-not-allowed"


def test_a_promise_must_lie_ahead(world: World) -> None:
    assert refusal_of(lambda: world.watch(sign(world), days=0)) == "promise-in-the-past"


@pytest.mark.parametrize("path", ["%00.pdf", "%ff.pdf", "%ed%a0%80"])
@pytest.mark.parametrize("query", ["", "&%00a=1", "&%ff=1", "&a%0Ab=%00"])
def test_bytes_that_are_no_text_are_watched_and_judged_all_the_same(world: World, path: str, query: str) -> None:
    """PostgreSQL holds neither NUL nor halves of letters."""
    link = world.watch(sign(world).replace("report.pdf", path) + query).link
    assert world.judge(link).judgement.verdict is Verdict.BROKEN


def test_a_url_that_is_watched_already_is_refused_by_the_links_number(world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf")
    link = world.watch(url).link
    for again in (url, f"See {url}. Thanks"):
        with pytest.raises(Refused) as refused:
            world.watch(again)
        assert (refused.value.code, refused.value.params) == ("url-watched", {"link": link.pk})
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize(
    "over", [{"revoked_at": datetime.now(UTC), "due_at": None}, {"promised_until": datetime.now(UTC)}]
)
def test_a_url_whose_watch_is_over_may_be_watched_again(world: World, over: dict[str, datetime | None]) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf")
    ShareLink.objects.filter(pk=world.watch(url).link.pk).update(**over)
    assert world.watch(url).link.pk


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("plans/Q3 report.pdf", "plans/Q3+report.pdf"),
        ("plans/Q3 report.pdf", "plans/Q3%20report.pdf"),
        ("plans/report.pdf", "/plans//report.pdf"),
        ("plans/Lagepl\u00e4ne.pdf", "plans/Lagepla\u0308ne.pdf"),
    ],
)
def test_a_name_that_is_written_otherwise_in_the_bucket_is_asked_about(world: World, there: str, typed: str) -> None:
    world.store.put(there, b"x")
    with pytest.raises(Refused) as refused:
        world.create_link(typed)
    assert (refused.value.reason, refused.value.params["found_as"]) == (Reason.OBJECT_MISSING, there)
    assert f"Did you mean “{there}”?" in explain(refused.value)
    assert not ShareLink.objects.exists()


def test_a_name_that_is_not_theirs_to_know_of_is_not_asked_about(world: World) -> None:
    world.store.put("plans/Q3 report.pdf", b"x")
    scope = ShareScope((SharedPrefix(world.bucket.pk, "plans/Q3+"),))
    with pytest.raises(Refused) as refused:
        world.create_link("plans/Q3+report.pdf", scope=scope)
    assert refused.value.params["found_as"] == ""
