"""Time zones by their names in the time zone database, as in "Asia/Tokyo"."""

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,3}")  # a dot in it has Python import packages
ZONE_COOKIE = "tz"  # static/holdfast/zone.js writes it: the name of the reader's zone
_OTHER_SPELLINGS = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this name, which anybody may have written; None for "" and for what is no zone."""
    try:
        return ZoneInfo(name) if _NAME.fullmatch(name) else None
    except (ValueError, OSError, KeyError):  # `ZoneInfo` takes no path that leads out of its data
        return None


@cache
def list_zones() -> tuple[str, ...]:
    """The names that people choose from: continents and cities, and UTC."""
    cities = (name for name in available_timezones() if "/" in name and not name.startswith(_OTHER_SPELLINGS))
    return ("UTC", *sorted(cities))
