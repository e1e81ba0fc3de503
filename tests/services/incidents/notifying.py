"""Incidents and notices to be told of, and the hours in which they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

from django.contrib.auth.models import User
from django.db import connection

from links.channels import apprise
from links.domain.findings import Code, Verdict
from links.domain.incidents import SETTLE, NoticeKind
from links.models import Incident, IncidentLink, IncidentNotice, ShareLink
from links.services.incidents import notices as tell

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


TOKEN = "Zm9vYmFyYmF6cXV4"


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


def open_incident(subject: str = "AKIAEXAMPLE", code: Code = Code.KEY_UNKNOWN, **fields: object) -> Incident:
    stated = {"opened_at": START, "changed_at": START, "verdict": Verdict.BROKEN.value, "link_count": 1}
    return Incident.objects.create(code=code.value, subject=subject, **{**stated, **fields})


def add_links(incident: Incident, count: int, owner: User | None = None) -> None:
    until = START + timedelta(days=30)
    links = ShareLink.objects.bulk_create(
        ShareLink(delivery="stable", object_key=f"file-{n:05}.pdf", asked_until=until, promised_until=until,
                  created_at=START, owner=owner)
        for n in range(count)
    )  # fmt: skip
    IncidentLink.objects.bulk_create(IncidentLink(incident=incident, link=link, since=START) for link in links)
    Incident.objects.filter(pk=incident.pk).update(link_count=count)


def resolve(incident: Incident, now: datetime) -> None:
    incident.resolved_at = now
    incident.save()


def announce(incident: Incident, clock: Clock, kind: NoticeKind = NoticeKind.OPENED) -> list[IncidentNotice]:
    """Announce, and wait until it has settled."""
    notices = tell.announce([incident], kind, clock())
    clock.advance(SETTLE)
    return notices


def channel_of(url: str) -> str:
    return apprise.AppriseChannel(url).identity


def run_at_once(count: int, work: Callable[[], object]) -> None:
    start = Barrier(count)

    def run() -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
