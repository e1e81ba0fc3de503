"""Calendars and clocks of these tests."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


BERLIN = ZoneInfo("Europe/Berlin")  # in 2026 the clocks change on 29 March and on 25 October


NEW_YORK = ZoneInfo("America/New_York")


START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


HOUR, DAY, WEEK = 3_600, 86_400, 604_800
