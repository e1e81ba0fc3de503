"""This site's own clock: compared with the stores' and with the database's. One that is wrong is one incident of the
site, and no link's."""

import socket
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from links.domain.findings import Code
from links.domain.judging.verdicts import Judgement
from links.domain.stores.answers import CLOCK_WARNING, Answer
from links.domain.stores.clocks import blame_ours, find_offset, is_about_our_clock
from links.models import ClockReading
from links.services.incidents import incidents

log = structlog.get_logger(__name__)

FRESH = timedelta(hours=1)  # for which a reading counts
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


def name_machine() -> str:
    return socket.gethostname()


def compare_with_database() -> timedelta | None:
    """How far the database's clock is ahead of this machine's; None where it has none of its own (SQLite)."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
        after = datetime.now(UTC)
    return theirs - (before + (after - before) / 2)


def record_process(name: str) -> timedelta | None:
    """Compare the clock of this process with the database's, and keep it; a difference is logged."""
    ahead = compare_with_database()
    if ahead is None:
        return None
    seconds = ahead.total_seconds()
    ClockReading.record(ClockReading.PROCESS, name_machine(), {name: seconds}, datetime.now(UTC) + ahead)
    if abs(ahead) >= CLOCK_WARNING:
        log.warning("clock differs from the database's", process=name, database_ahead_seconds=round(seconds))
    return ahead


def try_to_record_process(name: str) -> None:
    """As `record_process`; a database that is away ends no process, and keeps none from being started."""
    try:
        record_process(name)
    except DatabaseError:
        log.warning("clock not compared: the database does not answer", process=name)
    finally:
        connections.close_all()


def list_wrong_clocks(now: datetime) -> list[tuple[str, timedelta]]:
    """The processes whose clock was lately seen to differ from the database's: a name, and how far it is ahead."""
    lately = ClockReading.objects.filter(kind=ClockReading.PROCESS, read_at__gt=now - FRESH).order_by("name", "machine")
    found = [(f"{each.name}@{each.machine}", timedelta(seconds=-each.ahead_seconds)) for each in lately]
    return [(name, ahead) for name, ahead in found if abs(ahead) >= CLOCK_WARNING]


def compare_with_stores(answers: Iterable[tuple[str, Answer]], now: datetime) -> timedelta | None:
    """How far the right time is ahead of our clock, by what these stores answered (host and answer), by what others
    answered lately, and by a database on another machine. None where nobody tells."""
    skews: dict[str, list[float]] = defaultdict(list)
    for host, answer in answers:
        if answer.skew is not None:
            skews[host].append(answer.skew.total_seconds())
    seen = {host: median(seconds) for host, seconds in skews.items()}
    others = ClockReading.objects.filter(
        kind=ClockReading.STORE, machine=name_machine(), read_at__gt=now - FRESH, read_at__lte=now
    )
    known = dict(others.exclude(name__in=seen).values_list("name", "ahead_seconds")) if seen else {}
    if seen:
        ClockReading.record(ClockReading.STORE, name_machine(), dict(sorted(seen.items())), now)
    witnesses = [timedelta(seconds=ahead) for ahead in (*seen.values(), *known.values())]
    database = compare_with_database() if seen and _is_database_elsewhere() else None
    return find_offset([*witnesses, *([database] if database is not None else [])])


def _is_database_elsewhere() -> bool:
    host = str(connections[DEFAULT_DB_ALIAS].settings_dict.get("HOST") or "")
    return host not in _LOCAL and not host.startswith("/")


def report(offset: timedelta | None, judgements: Iterable[Judgement], now: datetime) -> None:
    """Open, keep or resolve the site's incident about its clock."""
    if offset:
        incidents.open_site_incident(blame_ours(offset), now)
    elif offset is not None:
        incidents.resolve_site_incident(Code.CLOCK_SKEW, now)
    elif any(is_about_our_clock(finding) for judgement in judgements for finding in judgement.findings):
        incidents.open_site_incident(blame_ours(None), now)
