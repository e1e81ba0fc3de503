"""Reminders: when a sender is told that a promise is about to end."""

from datetime import datetime, timedelta


def find_reminder(promised_until: datetime, days: int | None, now: datetime) -> datetime | None:
    """So many days before the promise ends; None where nobody asked for it, or where that moment has passed."""
    if days is None:
        return None
    at = promised_until - timedelta(days=days)
    return at if at > now else None
