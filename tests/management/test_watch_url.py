from datetime import UTC, datetime, timedelta

from links.models import ShareLink
from tests.fixtures import World
from tests.management.running import Runner


def sign(world: World, seconds: int = 604_800) -> str:
    return world.s3.presigner(world.access, world.store).v4("report.pdf", expires=seconds)


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_a_url_is_watched_with_the_promise_that_somebody_made(run: Runner, world: World) -> None:
    url, until = sign(world), in_days(6)
    ran = run("watch_url", url, "--promised-until", until, "--note", "for A", "--json")
    assert ran.code == 0
    assert set(ran.json) == {"id", "url", "delivery", "promised_until", "promise"}
    assert ran.json["url"] == url
    assert ran.json["delivery"] == "foreign"
    assert datetime.fromisoformat(ran.json["promised_until"]) == datetime.fromisoformat(until)
    assert ran.json["promise"]
    link = ShareLink.objects.get()
    assert (link.pk, link.note, link.object_key) == (ran.json["id"], "for A", "report.pdf")


def test_a_url_on_standard_input_is_watched_to_the_end_of_a_day(run: Runner, world: World) -> None:
    url, day = sign(world), in_days(6)[:10]
    ran = run("watch_url", "-", "--promised-until", day, "--json", stdin=f"{url}\n")
    assert ran.json["url"] == url
    assert ran.json["promised_until"] == f"{day}T23:59:59Z"


def test_a_promise_in_the_past_is_refused(run: Runner, world: World) -> None:
    ran = run("watch_url", sign(world), "--promised-until", in_days(-1))
    assert (ran.code, ran.out) == (1, "")


def test_a_host_that_may_not_be_asked_is_refused(run: Runner) -> None:
    url = "https://files.example.net/a?X-Amz-Signature=00&X-Amz-Credential=AKIA/20261124/eu-west-1/s3/aws4_request"
    ran = run("watch_url", url, "--promised-until", in_days(1))
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "files.example.net" in ran.err


def test_what_is_no_url_or_no_time_is_an_unusable_argument(run: Runner, world: World) -> None:
    assert run("watch_url", "hello", "--promised-until", in_days(1)).code == 2
    assert run("watch_url", sign(world), "--promised-until", "tomorrow").code == 2
    assert run("watch_url", sign(world)).code == 2
    assert not ShareLink.objects.exists()


def test_two_urls_on_standard_input_are_refused_without_being_repeated(run: Runner, world: World) -> None:
    url = sign(world)
    ran = run("watch_url", "-", "--promised-until", in_days(1), stdin=f"{url}\n{url}\n")
    assert ran.code == 2
    assert "Signature" not in ran.err


def test_a_stable_link_of_this_site_is_refused_as_watched_already(run: Runner, world: World) -> None:
    new_link = world.create_link()
    ran = run("watch_url", new_link.url, "--promised-until", in_days(1))
    assert (ran.code, ran.out) == (1, "")
    assert f"#{new_link.link.pk}" in ran.err
    assert new_link.url.rpartition("/")[2] not in ran.err
