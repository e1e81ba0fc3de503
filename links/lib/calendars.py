"""Sums of moments that may lie at the end of the calendar: strangers' URLs and policies name any."""

from datetime import UTC, datetime, timedelta

_LAST = datetime.max.replace(tzinfo=UTC)


def later(moment: datetime, span: timedelta) -> datetime:
    return _LAST if moment > _LAST - span else moment + span
