"""What strangers make us write down is bounded, whatever is kept of their addresses."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from links.domain.visits.access import RESUMES, Outcome
from links.lib.byte_ranges import PartAsked
from links.models import ShareLink, Visit
from links.services.links.creation import NewLink
from links.services.visits import clicks
from links.services.visits.clicks import Visitor
from tests.fixtures import CONTENT, World, token_of
from tests.site_settings import SiteSettings

KEPT = pytest.mark.parametrize("kept", ["short", "full", "none"])
REST = PartAsked(f"bytes={len(CONTENT) // 2}-")


def look(world: World, new_link: NewLink, address: str = "203.0.113.7", browser: str = "curl", **part: str) -> Outcome:
    return clicks.follow(
        token_of(new_link.url), Visitor(address, browser, PartAsked(**part)), now=world.clock()
    ).outcome


def end(world: World) -> None:
    ShareLink.objects.update(promised_until=world.clock() - timedelta(seconds=1))


def use_up(world: World) -> None:
    ShareLink.objects.update(download_limit=1, visit_count=1)


def revoke(world: World) -> None:
    ShareLink.objects.update(revoked_at=world.clock())


@pytest.mark.slow
@KEPT
@pytest.mark.parametrize("change", [end, use_up, revoke])
def test_looks_at_what_is_over_are_one_row_an_hour_from_each_network(
    world: World, site_settings: SiteSettings, kept: str, change: Callable[[World], None]
) -> None:
    site_settings.VISIT_ADDRESSES = kept
    new_link = world.create_link()
    change(world)
    for number in range(30):
        look(world, new_link, f"203.0.113.{number}", f"browser {number}")
        look(world, new_link, f"2001:db8:1:{number}::1")
    assert Visit.objects.count() == 2
    assert sum(Visit.objects.values_list("times", flat=True)) == 60
    world.wait(timedelta(hours=1))
    look(world, new_link)
    assert Visit.objects.count() == 3


def test_looks_at_a_page_are_rows_until_they_are_many(world: World) -> None:
    new_link = world.create_link()
    ShareLink.objects.update(download_limit=5)
    for _ in range(60):
        assert look(world, new_link) is Outcome.LOOKED
    assert Visit.objects.count() == 20
    day = Visit.objects.count_daily(world.clock() - timedelta(days=1))
    assert sum(count for _day, _outcome, count in day) == 60


@KEPT
def test_a_part_is_not_counted_only_where_this_visitor_began(
    world: World, site_settings: SiteSettings, kept: str
) -> None:
    site_settings.VISIT_ADDRESSES = kept
    new_link, rest = world.create_link(), REST.span
    assert look(world, new_link, span=rest) is Outcome.SERVED
    assert look(world, new_link, span=rest) is Outcome.RESUMED
    assert look(world, new_link, "198.51.100.1", span=rest) is Outcome.SERVED
    assert look(world, new_link, browser="wget", span=rest) is Outcome.SERVED
    world.wait(timedelta(hours=6))
    assert look(world, new_link, span=rest) is Outcome.SERVED
    assert ShareLink.objects.get().visit_count == Visit.objects.filter(outcome="served").count() == 4


@pytest.mark.parametrize("span", ["bytes=0-", "bytes=-999999", "bytes=12-,15-", "bytes=x-"])
def test_what_gives_the_whole_file_is_counted_each_time(world: World, span: str) -> None:
    new_link = world.create_link()
    for _ in range(3):
        assert look(world, new_link, span=span) is Outcome.SERVED
    assert look(world, new_link, span=REST.span, unless_changed='"another"') is Outcome.SERVED
    assert ShareLink.objects.get().visit_count == 4


def test_parts_without_end_are_counted_again(world: World) -> None:
    new_link = world.create_link()
    asked = [look(world, new_link, span=REST.span) for _ in range(RESUMES + 3)]
    assert asked == [Outcome.SERVED] + [Outcome.RESUMED] * RESUMES + [Outcome.SERVED, Outcome.RESUMED]
