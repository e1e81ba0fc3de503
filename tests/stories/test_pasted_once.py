"""A pasted URL is repaired once and read once, whatever is done with it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import pytest
from django.test import Client

from links.domain.pasted import repair
from links.domain.signed_urls import reading
from links.models import ShareLink
from links.queries.own_urls import reveal_url
from tests.fixtures import World, sign
from tests.management.running import Runner

LIST = "/admin/links/sharelink/"


@dataclass
class Readings:
    """How often one URL, in any state of repair, went through the repair and through the reader."""

    repaired: int = 0
    read: int = 0


@contextmanager
def count_readings(url: str) -> Iterator[Readings]:
    """By watching which functions are entered, under whatever name they were imported."""
    counted, signature = Readings(), url[-64:]

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        if frame.f_code is repair.repair.__code__:
            counted.repaired += signature in frame.f_locals["text"]
        if frame.f_code is reading.read.__code__:
            counted.read += signature in frame.f_locals["url"]

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield counted
    finally:
        sys.setprofile(before)


def mangle(url: str) -> str:
    return f"<{url.replace('&', '&amp;')}>"


@pytest.fixture
def until(world: World) -> str:
    return f"{world.clock() + timedelta(days=6):%Y-%m-%dT%H:%M}"


Act = Callable[[Client, str, str], object]
PAGES: dict[str, Act] = {
    "the doctor": lambda client, text, until: client.post(
        "/admin/links/doctor/", {"url": text, "promised_until": until}
    ),
    "a look before watching": lambda client, text, until: client.post(
        f"{LIST}watch/", {"url": text, "promised_until": until, "preview": "1"}
    ),
    "watching": lambda client, text, until: client.post(f"{LIST}watch/", {"url": text, "promised_until": until}),
    "watching many": lambda client, text, until: client.post(
        f"{LIST}watch/many/", {"lines": text, "promised_until": until}
    ),
    "a search": lambda client, text, _until: client.post(f"{LIST}find/", {"q": text}),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", [str, mangle])
def test_a_page_repairs_and_reads_what_was_pasted_once(
    admin_client: Client, world: World, until: str, page: str, text: Callable[[str], str]
) -> None:
    url = sign(world)
    with count_readings(url) as readings:
        PAGES[page](admin_client, text(url), until)
    assert readings == Readings(1, 1)


@pytest.mark.parametrize("text", [str, mangle])
def test_so_does_a_search_that_finds_its_link(admin_client: Client, world: World, text: Callable[[str], str]) -> None:
    link = world.watch(sign(world)).link
    with count_readings(reveal_url(link)) as readings:
        found = admin_client.post(f"{LIST}find/", {"q": text(reveal_url(link))})
    assert found["Location"].endswith(f"/{link.pk}/change/")
    assert readings == Readings(1, 1)


def test_so_does_the_page_that_makes_a_link_for_a_pasted_url(admin_client: Client, world: World) -> None:
    url = sign(world)
    with count_readings(url) as readings:
        admin_client.post(f"{LIST}add/", {"object_key": url, "lifetime": "1 day", "delivery": "stable"})
    assert ShareLink.objects.get().object_key == "report.pdf"
    assert readings == Readings(1, 1)


def test_a_signed_url_names_its_file_whatever_mail_did_to_it(admin_client: Client, world: World) -> None:
    admin_client.post(
        f"{LIST}add/", {"object_key": f"{sign(world)} is the file", "lifetime": "1 day", "delivery": "stable"}
    )
    assert ShareLink.objects.get().object_key == "report.pdf"


def test_of_many_lines_each_is_repaired_and_read_once(admin_client: Client, world: World, until: str) -> None:
    urls = [sign(world, seconds=604_800 - number) for number in range(5)]
    with count_readings("") as readings:
        admin_client.post(f"{LIST}watch/many/", {"lines": "\n".join(map(mangle, urls)), "promised_until": until})
    assert ShareLink.objects.count() == len(urls)
    assert readings == Readings(len(urls), len(urls))


@pytest.mark.parametrize(
    "command", [("check_url",), ("check_url", "--probe"), ("watch_url", "--promised-until", "2099-01-01")]
)
def test_a_command_repairs_and_reads_it_once(run: Runner, world: World, command: tuple[str, ...]) -> None:
    url = sign(world)
    name, *options = command
    with count_readings(url) as readings:
        ran = run(name, mangle(url), *options)
    assert ran.code in (0, 1), ran.err
    assert readings == Readings(1, 1)


def test_a_link_of_ours_is_known_by_what_was_pasted(admin_client: Client, world: World) -> None:
    new_link = world.create_link()
    with count_readings(new_link.url) as readings:
        page = admin_client.post("/admin/links/doctor/", {"url": f"See {new_link.url}, please."})
    assert f"#{new_link.link.pk}" in page.content.decode()
    assert readings == Readings(1, 1)


def test_a_rescue_reads_the_watched_url_once_and_repairs_nothing(admin_client: Client, world: World) -> None:
    link = world.watch(sign(world)).link
    with count_readings(reveal_url(link)) as readings:
        admin_client.post(f"{LIST}{link.pk}/rescue/", {"confirm": "1"})
    link.refresh_from_db()
    assert link.is_rescued
    assert readings == Readings(0, 1)
