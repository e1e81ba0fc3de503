"""Lists that are exported: what, in which form, and under which filters."""

from collections.abc import Mapping

from django.db import transaction

from links.domain.audit.acts import Act, Kind
from links.models import Customer
from links.services.audit.recording import record
from links.services.audit.subjects import Subject


def record_export(what: str, ending: str, filters: Mapping[str, str], *, is_searched: bool) -> None:
    """Call it before anything is handed out. `filters` are numbers, codes and days. What was searched for may be a
    customer's name, which no record keeps for ever: it is said alone whether something was."""
    told = {"format": ending, "filters": dict(filters), "is_searched": is_searched}
    with transaction.atomic():
        record(Act.EXPORTED, Subject(Kind.EXPORT, text=what), after=told)


def record_customer_export(customer: Customer) -> None:
    with transaction.atomic():
        record(Act.CUSTOMER_EXPORTED, customer)
