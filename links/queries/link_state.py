"""The state of a link (links.domain.link_state) as rows have it: of one that was read, and in SQL, so that links of
a state are found, counted and ordered by the database.
"""

from dataclasses import replace
from datetime import datetime

from django.db.models import Case, CharField, F, Q, Value, When

from links.domain.findings import read_findings
from links.domain.judging.facts import Delivery
from links.domain.judging.forecasts import Forecast, forecast
from links.domain.link_state import LinkState
from links.models import Incident, ShareLink

__all__ = [
    "LinkState",
    "forecast_incident",
    "read_forecast",
    "read_state",
    "state_of",
    "where_affected",
    "where_followed_at_once",
    "where_live",
    "where_never_opened",
    "where_not_withdrawn",
    "where_promised",
    "where_state",
]


def read_state(link: ShareLink, now: datetime) -> LinkState:
    return link.to_access().read_state(now)


def read_forecast(link: ShareLink, now: datetime) -> Forecast:
    """What was sent to a customer when nobody watched may have worked, although it was never seen to."""
    return forecast(
        read_state(link, now),
        link.promised_until,
        read_findings(link.findings),
        now,
        worked_at=link.worked_at,
        is_asked_since_made=link.delivery != Delivery.FOREIGN and link.visit_count == 0,
    )


def forecast_incident(incident: Incident, now: datetime) -> Forecast | None:
    """Of the first of its links; None where no moment is known, or nothing is left to come."""
    finding = incident.read_finding()
    if finding is None or incident.fails_at is None or not incident.is_open:
        return None
    first = replace(finding, fails_at=incident.fails_at)
    return forecast(LinkState(finding.verdict.value), None, [first], now)


def where_state(state: LinkState, now: datetime) -> Q:
    """The rows that `read_state` calls so."""
    if state is LinkState.REVOKED:
        return Q(revoked_at__isnull=False)
    if state is LinkState.RESCUED:
        return Q(revoked_at=None, rescued_by__isnull=False)
    if state is LinkState.ENDED:
        return where_not_withdrawn() & Q(promised_until__lte=now)
    if state is LinkState.USED_UP:
        return where_live(now) & Q(download_limit__isnull=False, visit_count__gte=F("download_limit"))
    judged = Q(verdict__in=["", "ended"] if state is LinkState.NEW else [state.value])
    return where_live(now) & judged & (Q(download_limit=None) | Q(visit_count__lt=F("download_limit")))


def state_of(now: datetime) -> Case:
    """The state as a column, to be annotated, grouped or ordered by."""
    cases = (When(where_state(state, now), then=Value(state.value)) for state in LinkState)
    return Case(*cases, default=Value(LinkState.UNKNOWN.value), output_field=CharField())


def where_not_withdrawn(through: str = "") -> Q:
    """Neither revoked nor rescued: what may ever be validated again. Of rows that lead to a link, `through` is the way
    there, as in `link__`."""
    return Q(**{f"{through}revoked_at": None, f"{through}rescued_by": None})


def where_live(now: datetime) -> Q:
    """Not withdrawn, and with a promise that is not over: `LinkState.is_live`."""
    return where_not_withdrawn() & Q(promised_until__gt=now)


def where_promised(now: datetime) -> Q:
    """Not revoked, and promised for longer. What was rescued is among them: customers still hold its URL."""
    return Q(revoked_at=None, promised_until__gt=now)


def where_never_opened(now: datetime) -> Q:
    """What no customer has opened yet, though they could. Of other deliveries only the store knows."""
    return where_live(now) & Q(delivery=Delivery.STABLE.value, is_opened=False)


def where_affected(incident: int) -> Q:
    """The links that this incident affects at the moment."""
    return Q(incident_links__incident=incident, incident_links__over_at=None)


_REPLACED = {
    "postgresql": """findings @> '[{"code": "object-replaced"}]'""",
    "sqlite": "EXISTS (SELECT 1 FROM json_each(findings) WHERE json_extract(value, '$.code') = 'object-replaced')",
}


def where_followed_at_once(vendor: str) -> str:
    """As SQL with the parameter `now`: the rows of links that a click follows at once, because nothing closes them
    (`why_closed`) and they have no page of their own (`needs_press`)."""
    return (
        "revoked_at IS NULL AND rescued_by_id IS NULL AND promised_until > %(now)s"
        " AND password = '' AND download_limit IS NULL AND starts_at IS NULL"
        f" AND (follows_latest OR NOT {_REPLACED[vendor]})"
    )
