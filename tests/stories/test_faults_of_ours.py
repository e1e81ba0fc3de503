"""A fault of the site is no news about a link: whatever sequence of our own faults comes and is repaired, nobody is
told that something is over which still holds, and no cause is opened twice. What Redis hands on runs twice."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty
from typing import Any

import pytest
import time_machine
from celery import current_app
from cryptography.fernet import Fernet
from django.db import OperationalError, connection
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as settled
from hypothesis import strategies as st

from demo.servers import Redis
from links import tasks
from links.domain.findings import OUTAGE, Code
from links.models import Incident, IncidentNotice, ShareLink
from links.services import store_clocks
from links.services.due_work import JOBS, do_job
from links.services.visits import clicks
from tests.database_reset import make_reset
from tests.fixtures import CONTENT, World, token_of
from tests.site_settings import SiteSettings
from tests.strict_s3 import Dropped, StrictS3

STANDING = {Code.OBJECT_MISSING, Code.OBJECT_REPLACED, Code.TEMPORARY_CREDENTIALS}
TELLS = {
    "keys": {Code.SECRETS_UNREADABLE},
    "network": set(OUTAGE),
    "redis": set(),
    "clock ahead": {Code.CLOCK_SKEW},
    "clock behind": {Code.CLOCK_SKEW},
}
Step = tuple[str, Any]
STATEMENTS = 260  # of one tick, at most: the process may die before each
NO_REDIS = "redis://127.0.0.1:1/0"  # nobody listens there
KEY, OTHER_KEY = (Fernet.generate_key().decode() for _ in range(2))


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Site:
    """The product on real services, with the right time, and ours, which may be another."""

    world: World
    site_settings: SiteSettings
    redis: Redis
    token: str = ""
    passed: timedelta = timedelta()
    faults: dict[str, set[int]] = field(default_factory=dict)  # with what had been over before each began
    periods: Counter[Code] = field(default_factory=Counter)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    steady: float = field(default_factory=lambda: time.clock_gettime(time.CLOCK_BOOTTIME))

    def right_time(self) -> datetime:
        ran = time.clock_gettime(time.CLOCK_BOOTTIME) - self.steady
        return self.started_at + timedelta(seconds=ran) + self.passed

    def begin(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults[fault] = self.find_over(fault)
            self.periods.update(TELLS[fault])

    def tick(self, failure: Exception | Killed | None = None, after: int = 0) -> None:
        """All jobs once, then a click. From statement `after` on the database is away, or the process is dead."""
        self.site_settings.ENCRYPTION_KEYS = [OTHER_KEY if self.breaks("keys") else KEY]
        os.environ["CELERY_BROKER_URL"] = NO_REDIS if self.breaks("redis") else self.redis.url
        self.world.s3.answer = Dropped(reset=True) if self.breaks("network") else None
        jump = timedelta(hours=2) * (self.breaks("clock ahead") - self.breaks("clock behind"))
        with time_machine.travel(self.right_time() + jump, tick=True), failing(failure, after):
            if not self.breaks("redis"):
                self.work_off_queue()
            for name in JOBS:
                do_job(name, lambda: datetime.now(UTC))
            clicks.follow(self.token, now=datetime.now(UTC))

    def work_off_queue(self) -> None:
        """As a worker does, to whom a message may come twice."""
        with current_app.connection_for_read() as broker, broker.SimpleQueue("celery") as queue, suppress(Empty):
            while message := queue.get_nowait():
                message.ack()
                for _ in range(2):
                    getattr(tasks, message.headers["task"].rpartition(".")[2])(*message.payload[0])

    def breaks(self, fault: str) -> bool:
        return fault in self.faults

    def find_over(self, fault: str) -> set[int]:
        return set(
            Incident.objects.filter(code__in=TELLS[fault]).exclude(resolved_at=None).values_list("pk", flat=True)
        )

    def check(self) -> None:
        """Nothing that holds is over, and nothing was opened twice in one period."""
        told = {
            Code(code)
            for code in IncidentNotice.objects.filter(kind="resolved").values_list("incident__code", flat=True)
        }
        assert not told & STANDING
        assert not Incident.objects.filter(code__in=STANDING).exclude(resolved_at=None).exists()
        for fault, over_before in self.faults.items():
            assert self.find_over(fault) == over_before, fault
        opened = Counter(Code(code) for code in Incident.objects.values_list("code", flat=True))
        for code, count in opened.items():
            assert count <= (1 if code in STANDING else self.periods[code] or 1), (code, self.periods)


@contextmanager
def failing(failure: Exception | Killed | None, after: int) -> Iterator[None]:
    left = after

    def fail(execute: Callable[..., Any], sql: str, *rest: Any) -> object:
        nonlocal left
        if failure and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            left -= 1
            if left < 0:
                raise failure
        return execute(sql, *rest)

    with suppress(Killed, OperationalError), connection.execute_wrapper(fail):
        yield


def build(s3: StrictS3, site_settings: SiteSettings, redis: Redis) -> Site:
    s3.answer, s3.now, site_settings.ENCRYPTION_KEYS = None, lambda: datetime.now(UTC), [KEY]
    world = World.build(s3, "files", "sound.pdf", "gone.pdf", "replaced.pdf")
    site = Site(world, site_settings, redis)
    s3.now = site.right_time
    sound = world.create_link("sound.pdf")
    site.token = token_of(sound.url)
    world.presign("sound.pdf")
    world.create_link("gone.pdf")
    world.create_link("replaced.pdf")
    session = s3.assume_role("app", "s", ends_at=world.clock() + timedelta(hours=24))
    world.watch(s3.presigner(session, world.store).v4("sound.pdf", expires=604_800))
    site.tick()
    world.store.delete("gone.pdf")
    world.store.put("replaced.pdf", CONTENT + b" and more")
    world.validate()
    assert {Code(code) for code in Incident.objects.open().values_list("code", flat=True)} == STANDING
    return site


@pytest.fixture(autouse=True)
def alerts(monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings) -> None:
    monkeypatch.setattr(store_clocks, "_seen", {})
    site_settings.ALERT_MAILS = ["ops@example.com"]
    monkeypatch.setenv("CELERY_BROKER_URL", NO_REDIS)


FAILURES: dict[str, Exception | Killed] = {"kill": Killed(), "lose database": OperationalError("away")}
STEPS = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(sorted(TELLS))),
    st.tuples(st.just("end"), st.sampled_from(sorted(TELLS))),
    st.tuples(st.just("wait"), st.sampled_from([1, 6, 30])),
    st.tuples(st.sampled_from(["kill", "lose database"]), st.integers(0, STATEMENTS)),
)
REPAIRED: list[Step] = [("wait", minutes) for minutes in (1, 6, 6, 70, 70)]


@settled(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=7))
@example(steps=[("begin", "keys"), ("wait", 1), ("wait", 1), ("wait", 1)])
@example(steps=[("begin", "keys"), ("wait", 6), ("begin", "redis"), ("end", "keys"), ("end", "redis"), ("kill", 200)])
def test_no_sequence_of_our_faults_ends_or_repeats_a_cause_that_holds(
    transactional_db: None, strict_s3: StrictS3, site_settings: SiteSettings, redis_server: Redis, steps: list[Step]
) -> None:
    make_reset(lambda _case: None)(None)  # what the example before left, also where it failed
    site = build(strict_s3, site_settings, redis_server)
    for what, detail in steps:
        if what == "begin":
            site.begin(detail)
        elif what == "end":
            site.faults.pop(detail, None)
        site.passed += timedelta(minutes=detail if what == "wait" else 1)
        site.tick(FAILURES.get(what), detail if what in FAILURES else 0)
        site.check()
    site.faults.clear()
    for _, minutes in REPAIRED:
        site.passed += timedelta(minutes=minutes)
        site.tick()
        site.check()
    assert {Code(code) for code in Incident.objects.open().values_list("code", flat=True)} == STANDING
    verdicts = Counter(ShareLink.objects.values_list("verdict", flat=True))
    assert verdicts == {"healthy": 2, "broken": 2, "at_risk": 1}
