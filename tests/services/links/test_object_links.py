"""One link for each object and purpose, also where two ask at once."""

from dataclasses import replace

import pytest

from links.domain.errors import Refused, Unavailable
from links.models import AuditRecord, ShareLink
from links.services.links import bulk, creation
from links.services.links.object_links import ObjectLink, find_or_create
from tests.fixtures import World
from tests.strict_s3 import StrictS3


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3, "files", "a.pdf", "b.pdf")


def test_some_are_found_and_others_are_made_and_recorded(world: World) -> None:
    first, second = (replace(world.link_request(key), purpose="storage") for key in ("a.pdf", "b.pdf"))
    [known] = find_or_create([first], world.clock())
    records = AuditRecord.objects.count()
    missing = replace(first, object_key="c.pdf")
    found = find_or_create([second, first, missing], world.clock())
    assert [one.item for one in found] == [second, first, missing]
    assert known.done
    assert found[1].done
    assert (found[1].done.url, found[1].done.is_new) == (known.done.url, False)
    assert found[0].done
    assert found[0].done.is_new
    assert found[0].done.url != known.done.url
    assert isinstance(found[2].refused, Refused)
    assert ShareLink.objects.count() == 2
    assert AuditRecord.objects.count() == records + 1


def test_two_who_ask_at_once_get_one_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = replace(world.link_request("a.pdf"), purpose="storage")
    others = list[ObjectLink | None]()

    def save_after_another(link: ShareLink) -> None:
        monkeypatch.undo()
        others.append(find_or_create([request], world.clock())[0].done)
        creation.save_link(link)

    monkeypatch.setattr(bulk, "save_link", save_after_another)
    [mine] = find_or_create([request], world.clock())
    assert mine.done
    assert [mine.done.url] == [other.url for other in others if other]
    assert ShareLink.objects.count() == 1


def test_links_that_somebody_makes_are_as_many_as_they_like(world: World) -> None:
    assert world.create_link("a.pdf").url != world.create_link("a.pdf").url


def test_nothing_is_asked_for_nothing(world: World) -> None:
    assert find_or_create([], world.clock()) == []


def test_what_could_not_be_done_in_time_is_left_for_the_next_who_asks(world: World) -> None:
    request = replace(world.link_request("a.pdf"), purpose="storage")
    [late] = find_or_create([request], world.clock(), timeout=0.0)
    assert isinstance(late.refused, Unavailable)
    assert find_or_create([request], world.clock())[0].done
