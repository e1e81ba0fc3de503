"""A click is counted, noted and told of together or not at all, whatever happens between."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from links.domain.signed_urls.gate import CheckedUrl
from links.domain.signed_urls.tokens import derive_address
from links.domain.visits.access import Outcome
from links.domain.visits.throttling import name_network
from links.lib.byte_ranges import PartAsked
from links.models import Grant, LinkMail, ShareLink, Visit
from links.services import throttle
from links.services.click_signing import OpenBuckets, sign_as_click
from links.services.links import changes
from links.services.links.creation import NewLink
from links.services.throttle import Key
from links.services.visits import clicks, grants
from links.services.visits.clicks import Visitor, VisitResult
from tests.fixtures import World, token_of
from tests.processes.running import run
from tests.stories.workers import database_url
from tests.strict_s3 import StrictS3

pytestmark = pytest.mark.slow
GOES_ON = Visitor("203.0.113.7", part=PartAsked("bytes=10-"))


@pytest.fixture
def told(transactional_db: None, strict_s3: StrictS3) -> tuple[World, NewLink]:
    """A link whose owner is written to at each download, in a database that other processes see."""
    world = World.build(strict_s3)
    new_link = world.create_link(owner=User.objects.create_user("mika", "mika@example.com"))
    ShareLink.objects.update(notify_downloads=True)
    return world, new_link


def read_books() -> tuple[int, int, int]:
    return ShareLink.objects.get().visit_count, Visit.objects.filter(outcome="served").count(), LinkMail.objects.count()


DIES = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from links.models import Grant, LinkMail, ShareLink, Visit
from links.services.visits import clicks

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

model = {"visit": Visit, "mail": LinkMail, "grant": Grant}.get(sys.argv[1])
if model:
    save = model.save
    model.save = lambda self, **more: (save(self, **more), die())
link = clicks.find_link(sys.stdin.read())
if link.needs_press:
    clicks.submit_page(link, "", clicks.NOBODY, timezone.now())
else:
    clicks.follow_link(link, clicks.NOBODY, timezone.now())
die()
"""


@pytest.mark.parametrize(
    ("row", "books"),
    [
        ("visit", (0, 0, 0)),
        ("mail", (0, 0, 0)),
        ("grant", (0, 0, 0)),
        ("none", (1, 1, 1)),
    ],
)
def test_a_process_that_is_killed_leaves_no_count_without_its_visit(
    told: tuple[World, NewLink], row: str, books: tuple[int, int, int]
) -> None:
    _, new_link = told
    if row == "grant":
        ShareLink.objects.update(download_limit=5)
    child = run("-c", DIES, row, environment=make_environment(), stdin=token_of(new_link.url))
    assert child.returncode == -9, child.stderr
    assert read_books() == books
    assert not Grant.objects.exists()


def make_environment() -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}


@contextmanager
def full_disk() -> Iterator[None]:
    """The database has no room for another visit, but for a count that is changed in its place."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # what earlier tests left free would be filled first
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute("ALTER TABLE links_visit ADD CONSTRAINT full_disk CHECK (at < '2020-01-01') NOT VALID")
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA max_page_count = 1073741823")
            else:
                cursor.execute("ALTER TABLE links_visit DROP CONSTRAINT full_disk")


def test_a_full_disk_counts_nothing_that_was_not_served(told: tuple[World, NewLink]) -> None:
    world, new_link = told
    served, failed = 0, 0
    with full_disk():
        while failed < 5:
            try:
                served += (
                    clicks.follow(token_of(new_link.url), Visitor("203.0.113.7", "x" * 40), now=world.clock()).url != ""
                )
            except DatabaseError:
                failed += 1
            assert served < 2_000
    count, noted, _letters = read_books()
    assert count == noted == served
    assert clicks.follow(token_of(new_link.url), now=world.clock()).outcome is Outcome.SERVED


def press(new_link: NewLink, world: World) -> VisitResult:
    return clicks.submit_page(find(new_link), "", Visitor("203.0.113.7"), world.clock())


def click(new_link: NewLink, world: World) -> VisitResult:
    return clicks.follow_link(find(new_link), Visitor("203.0.113.7"), world.clock())


def resume(new_link: NewLink, world: World) -> VisitResult:
    """Of a download that this visitor began a moment ago."""
    began = Key("began", (new_link.link.pk, name_network(GOES_ON.address), ""))
    throttle.begin(began, world.clock() + timedelta(hours=1))
    return clicks.follow_link(find(new_link), GOES_ON, world.clock())


def fetch_granted(new_link: NewLink, world: World) -> VisitResult:
    secret = grants.make_grant(find(new_link), world.clock())
    grant = grants.find_grant(derive_address(secret), world.clock())
    assert grant
    return clicks.follow_grant(grant, Visitor("203.0.113.7"), world.clock())


def find(new_link: NewLink) -> ShareLink:
    link = clicks.find_link(token_of(new_link.url))
    assert link
    return link


def revoke(link: ShareLink, world: World) -> None:
    changes.revoke(link, world.clock())


def end(link: ShareLink, world: World) -> None:
    ShareLink.objects.update(promised_until=world.clock() - timedelta(minutes=1))


def replace_the_file(link: ShareLink, world: World) -> None:
    ShareLink.objects.update(findings=[{"code": "object-replaced", "verdict": "broken", "params": {}}])


def begin_later(link: ShareLink, world: World) -> None:
    ShareLink.objects.update(starts_at=link.promised_until)


Change = Callable[[ShareLink, World], None]


@pytest.mark.parametrize("way", [press, click, resume, fetch_granted])
@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (revoke, Outcome.REVOKED),
        (end, Outcome.ENDED),
        (replace_the_file, Outcome.REPLACED),
        (begin_later, Outcome.NOT_YET),
    ],
)
def test_what_ends_a_link_while_its_url_is_signed_keeps_the_url_back(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    way: Callable[[NewLink, World], VisitResult],
    change: Change,
    outcome: Outcome,
) -> None:
    new_link = world.create_link()
    meanwhile(monkeypatch, world, change)
    followed = way(new_link, world)
    assert (followed.outcome, followed.url, followed.grant) == (outcome, "", "")
    assert ShareLink.objects.get().visit_count == 0


def meanwhile(monkeypatch: pytest.MonkeyPatch, world: World, change: Change) -> None:
    def sign_slowly(link: ShareLink, opened: OpenBuckets) -> CheckedUrl:
        url = sign_as_click(link, opened)
        change(ShareLink.objects.get(pk=link.pk), world)
        return url

    monkeypatch.setattr(clicks, "sign_as_click", sign_slowly)


def set_terms(link: ShareLink, world: World, **terms: Any) -> None:
    ShareLink.objects.update(**terms)


@pytest.mark.parametrize("terms", [{"password": "hashed"}, {"download_limit": 3}])
@pytest.mark.parametrize("way", [click, resume])
def test_a_link_that_is_locked_while_its_url_is_signed_shows_its_page(
    world: World, monkeypatch: pytest.MonkeyPatch, way: Callable[[NewLink, World], VisitResult], terms: dict[str, Any]
) -> None:
    new_link = world.create_link()
    meanwhile(monkeypatch, world, partial(set_terms, **terms))
    followed = way(new_link, world)
    assert (followed.outcome, followed.url) == (Outcome.LOOKED, "")
    assert ShareLink.objects.get().visit_count == 0


def test_a_password_that_was_changed_since_it_was_tried_is_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    new_link = world.create_link()
    meanwhile(monkeypatch, world, partial(set_terms, password="another"))
    followed = press(new_link, world)
    assert (followed.outcome, followed.grant) == (Outcome.WRONG_PASSWORD, "")
