"""Customers: found by their name, or added in passing."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation

from links.models import Customer

OFFERED = 20


def suggest(text: str) -> QuerySet[Customer]:
    """The first few whose names hold this text."""
    return Customer.objects.filter(name__icontains=text.strip()).order_by("name", "pk")[:OFFERED]


def find_or_add(name: str, now: datetime) -> Customer:
    """The customer of this name, the first that was added where there are several; a new one reads what their sender
    reads, until somebody says otherwise."""
    known = Customer.objects.filter(name__iexact=name.strip()).order_by("pk").first()
    return known or Customer.objects.create(
        name=name.strip(), language=translation.get_language() or "en", created_at=now
    )
