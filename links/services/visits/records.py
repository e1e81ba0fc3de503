"""What is written down of visits. No stranger makes as many rows as they like: what is not bounded by the download, or
the hash, that it takes is merged."""

from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import F, Subquery

from links.database.prepared import open_cursor
from links.domain.visits.access import AN_HOUR, Outcome, limit_rows
from links.domain.visits.throttling import name_network
from links.models import Visit
from links.queries.link_state import where_followed_at_once
from links.services import throttle
from links.services.addresses import keep_address
from links.services.throttle import Key


def record_visit(link: int, outcome: Outcome, address: str, browser: str, now: datetime) -> None:
    """Write down a visit to the link with this number, or count it in with the latest of its kind."""
    limit = limit_rows(outcome)
    key = Key("noted", (link, outcome.value, name_network(address)))
    if limit is None or throttle.take(key, limit, now):
        kept = keep_address(address)
        Visit.objects.create(link_id=link, at=now, outcome=outcome.value, address=kept, browser=browser[:40])
        return
    alike = Visit.objects.filter(link=link, outcome=outcome.value, at__gt=now - AN_HOUR).order_by("-at", "-pk")
    Visit.objects.filter(pk=Subquery(alike.values("pk")[:1])).update(times=F("times") + 1)


def record_download(
    link: int, address: str, browser: str, began: Key, resumes_until: datetime, now: datetime, *, looked: bool
) -> bool:
    """Count a download of a link that is followed at once, write it down, and begin the time in which this visitor goes
    on with it: all or nothing, and False where the link is such a one no more. `looked`: the store was just asked.

    On PostgreSQL it is one statement, and its commit does not wait for the disk: a power cut may take the counts and
    visits of the last second, of links without a limit alone.
    """
    adapt = connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value
    values = {
        "link": link,
        "now": adapt(now),
        "outcome": Outcome.SERVED.value,
        "address": keep_address(address),
        "browser": browser[:40],
        "looked": looked,
        "began": began.digest,
        "resumes_until": adapt(resumes_until),
    }
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        with open_cursor() as cursor:
            cursor.execute(_ALL_AT_ONCE, values)
            return bool(cursor.fetchone()[0])
    with transaction.atomic(), open_cursor() as cursor:
        cursor.execute(_COUNT["sqlite"], values)
        if not cursor.rowcount:
            return False
        cursor.execute(_NOTE.format(counted=_THE_LINK), values)
        cursor.execute(_BEGIN.format(counted=_THE_LINK), values)
        return True


_COUNT = {
    vendor: f"""
    UPDATE links_sharelink SET visit_count = visit_count + 1, visited_at = %(now)s,
        prechecked_at = CASE WHEN %(looked)s THEN %(now)s ELSE prechecked_at END
    WHERE id = %(link)s AND {where_followed_at_once(vendor)}"""  # noqa: S608  texts of ours alone
    for vendor in ("postgresql", "sqlite")
}
_NOTE = """
    INSERT INTO links_visit (link_id, at, outcome, times, address, browser)
    SELECT id, %(now)s, %(outcome)s, 1, %(address)s, %(browser)s FROM {counted}"""
_BEGIN = """
    INSERT INTO links_throttle (key, count, ends_at) SELECT %(began)s, 0, %(resumes_until)s FROM {counted}
    ON CONFLICT (key) DO UPDATE SET count = 0, ends_at = excluded.ends_at"""
_THE_LINK = "links_sharelink WHERE id = %(link)s"
_ALL_AT_ONCE = (
    f"WITH counted AS ({_COUNT['postgresql']} RETURNING id),"  # noqa: S608
    f" noted AS ({_NOTE.format(counted='counted')}), begun AS ({_BEGIN.format(counted='counted')})"
    " SELECT count(*), set_config('synchronous_commit', 'off', true) FROM counted"
)
