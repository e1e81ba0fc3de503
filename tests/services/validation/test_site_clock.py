"""Our own clock is wrong: the site's trouble, and no link's; and customers get their files all the same."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from links.admin.watch import Watch
from links.checks import servers
from links.domain.findings import Code, Verdict
from links.domain.visits.access import Outcome
from links.models import Incident, IncidentNotice, ShareLink
from links.queries.health import read_health
from links.services import store_clocks
from links.services.validation import batches, site_clock
from links.services.visits import clicks
from links.services.visits.clicks import Visitor
from tests.fixtures import CONTENT, World, fetch, open_incident
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def unknown_clocks(monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings) -> None:
    """A process that was just started; somebody is told."""
    monkeypatch.setattr(store_clocks, "_seen", {})
    site_settings.ALERT_MAILS = ["ops@example.com"]


class OurClock:
    """This machine's clock, which can be set wrong; the store's goes on being right."""

    def __init__(self, world: World) -> None:
        started_at, steady = datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME)
        self.travel: time_machine.travel | None = None
        world.s3.now = lambda: started_at + timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - steady)
        self.right = world.s3.now

    def set_ahead(self, by: timedelta) -> None:
        """Behind, where it is negative."""
        self.set_right()
        self.travel = time_machine.travel(self.right() + by, tick=True)
        self.travel.start()

    def set_right(self) -> None:
        if self.travel:
            self.travel.stop()
            self.travel = None


@pytest.fixture
def our_clock(world: World) -> Iterator[OurClock]:
    clock = OurClock(world)
    yield clock
    clock.set_right()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [-600, -16, -4, -3, 14, 16, 600])
def test_a_wrong_clock_of_ours_is_one_incident_of_the_site_and_changes_no_verdict(
    world: World, our_clock: OurClock, minutes: int
) -> None:
    world.store.put("gone.pdf", CONTENT)
    sound, gone, handed_out = world.create_link().link, world.create_link("gone.pdf").link, world.presign().link
    world.store.delete("gone.pdf")
    world.validate()
    before = dict(ShareLink.objects.values_list("pk", "verdict"))
    assert before == {sound.pk: "healthy", gone.pk: "broken", handed_out.pk: "healthy"}
    our_clock.set_ahead(minutes * MINUTE)
    for _ in range(4):
        world.validate()
    assert dict(ShareLink.objects.values_list("pk", "verdict")) == before
    site = open_incident(Code.CLOCK_SKEW)
    assert (site.subject, site.params["whose"]) == ("site", "ours")
    assert site.params["side"] == ("behind" if minutes < 0 else "ahead")
    assert abs(int(site.params["seconds"]) - abs(minutes) * 60) <= 5
    assert {incident.code for incident in Incident.objects.open()} == {"clock-skew", "object-missing"}
    IncidentNotice.objects.update(delivered_at=now(), due_at=None)
    our_clock.set_right()
    world.validate()
    assert {incident.code for incident in Incident.objects.open()} == {"object-missing"}
    assert IncidentNotice.objects.filter(kind="resolved").get().incident_id == site.pk
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("minutes", [-600, -16, -4, -3, 14])
def test_a_customer_gets_the_file_although_our_clock_is_wrong(world: World, our_clock: OurClock, minutes: int) -> None:
    new_link = world.create_link()
    our_clock.set_ahead(minutes * MINUTE)
    for _ in range(3):
        followed = clicks.follow(new_link.url.rpartition("/")[2], Visitor("203.0.113.7"), now=now())
        assert followed.outcome is Outcome.SERVED
        assert fetch(followed.url) == CONTENT


def test_a_customer_whom_the_store_would_refuse_gets_an_honest_page(world: World, our_clock: OurClock) -> None:
    """What is signed ahead of the store's time cannot be helped."""
    new_link = world.create_link()
    our_clock.set_ahead(60 * MINUTE)
    assert clicks.follow(new_link.url.rpartition("/")[2], Visitor(), now=now()).outcome is Outcome.FAILED


def test_a_look_that_is_noted_for_the_future_is_no_look(world: World) -> None:
    new_link = world.create_link()
    clicks.follow(new_link.url.rpartition("/")[2], Visitor(), now=now())
    ShareLink.objects.update(prechecked_at=now() + timedelta(days=1))
    world.store.delete("report.pdf")
    assert clicks.follow(new_link.url.rpartition("/")[2], Visitor(), now=now()).outcome is Outcome.FAILED


def test_a_clock_that_is_set_while_this_process_runs_is_noticed_at_once(world: World) -> None:
    """The store was asked a moment ago, and is not asked again."""
    new_link = world.create_link()
    clicks.follow(new_link.url.rpartition("/")[2], Visitor(), now=now())
    with time_machine.travel(now() - 10 * MINUTE, tick=True):
        assert store_clocks.find_extra_seconds(new_link.link.host) == pytest.approx(600, abs=3)
    assert store_clocks.find_extra_seconds(new_link.link.host) == 0


def test_one_store_that_differs_from_the_others_is_itself_wrong(world: World) -> None:
    with StrictS3() as other:
        elsewhere = World.build(other, "drawings")
        world.create_link()
        link = elsewhere.create_link().link
        other.now = lambda: datetime.now(UTC) + 5 * MINUTE
        ids = list(ShareLink.objects.values_list("pk", flat=True))
        batches.validate_links(ids, now)
        incident = open_incident(Code.CLOCK_SKEW)
        assert (incident.subject, incident.params["whose"]) == (f"127.0.0.1:{other.port}", "store")
        assert incident.params["side"] == "ahead"
        link.refresh_from_db()
        assert link.verdict == Verdict.AT_RISK
        assert Incident.objects.count() == 1
        # The next batch may have links of that store alone.
        batches.validate_links([link.pk], now)
        assert Incident.objects.count() == 1


def test_stores_that_agree_are_right(world: World) -> None:
    with StrictS3() as other:
        elsewhere = World.build(other, "drawings")
        world.create_link()
        elsewhere.create_link()
        for store in (world.s3, other):
            store.now = lambda: datetime.now(UTC) + 5 * MINUTE
        batches.validate_links(list(ShareLink.objects.values_list("pk", flat=True)), now)
        assert open_incident(Code.CLOCK_SKEW).subject == "site"
        assert set(ShareLink.objects.values_list("verdict", flat=True)) == {"healthy"}


def test_a_process_whose_clock_differs_from_the_databases_is_shown_and_told(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_clock, "compare_with_database", lambda: 4 * MINUTE)
    site_clock.record_process("worker")
    ((name, ahead),) = site_clock.list_wrong_clocks(now() + 4 * MINUTE)
    assert (name.startswith("worker@"), ahead) == (True, -4 * MINUTE)
    assert Watch(read_health(now()), now() + 4 * MINUTE).wrong_clocks == [
        f"The clock of {name} is 4 minutes behind the database's."
    ]
    (warning,) = servers.check_machine_clock(4 * MINUTE)
    assert "240 s behind" in warning.msg
    assert servers.check_machine_clock(timedelta(seconds=1)) == servers.check_machine_clock(None) == []
