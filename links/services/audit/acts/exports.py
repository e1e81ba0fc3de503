"""Lists that are exported: what, in which form, and under which filters."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from links.domain.audit.acts import Act, Kind
from links.domain.visits.throttling import Limit
from links.models import ApiToken, Customer
from links.services import throttle
from links.services.audit.recording import record
from links.services.audit.subjects import Subject
from links.services.throttle import Key

_DAILY = Limit(1, timedelta(days=1))


def record_export(what: str, ending: str, filters: Mapping[str, str], *, is_searched: bool) -> None:
    """Call it before anything is handed out. `filters` are numbers, codes and days. What was searched for may be a
    customer's name, which no record keeps for ever: it is said alone whether something was."""
    told = {"format": ending, "filters": dict(filters), "is_searched": is_searched}
    with transaction.atomic():
        record(Act.EXPORTED, Subject(Kind.EXPORT, text=what), after=told)


def record_trail_read(token: ApiToken, filters: Mapping[str, str], now: datetime) -> None:
    """A program reads the audit trail: recorded as an export once a day of each token, with the filters of that first
    time, whichever page it began with."""
    with transaction.atomic():
        if throttle.take(Key("trail read", (token.pk,)), _DAILY, now):
            record_export("audit trail", "api", filters, is_searched=False)


def record_customer_export(customer: Customer) -> None:
    with transaction.atomic():
        record(Act.CUSTOMER_EXPORTED, customer)
