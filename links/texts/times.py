"""Moments and spans of time, as people write them."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from links.texts.formatting import join


def moment(when: datetime) -> str:
    """An aware moment in the active time zone, which is named: "24 December 2026, 18:00 JST". Japan's is called
    "日本時間" in Japanese."""
    local = _localize(when)
    return gettext("%(moment)s %(zone)s") % {
        "moment": date_format(local, pgettext("date format of Django", "j F Y, H:i")),
        "zone": _name_zone(local),
    }


def day(when: date) -> str:
    """A day of the calendar as moments have it: "24 December 2026"."""
    return date_format(when, pgettext("date format of Django", "j F Y"))


def span(length: timedelta) -> str:
    """A length of time by its two largest units: "7 days 1 second", "36 minutes". From two years on it is
    told in years. Less than nothing is nothing."""
    seconds = max(int(length.total_seconds()), 0)
    days, seconds = divmod(seconds, 86400)
    if days >= 730:
        years = round(days / 365.25)
        return ngettext("about %(count)s year", "about %(count)s years", years) % {"count": years}
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    units = [
        (days, ngettext("%(count)s day", "%(count)s days", days)),
        (hours, ngettext("%(count)s hour", "%(count)s hours", hours)),
        (minutes, ngettext("%(count)s minute", "%(count)s minutes", minutes)),
        (seconds, ngettext("%(count)s second", "%(count)s seconds", seconds)),
    ]
    parts = [words % {"count": count} for count, words in units if count]
    return join(parts[:2] or [units[-1][1] % {"count": 0}])


def read_moment(value: object) -> str:
    """A moment that stands in an error's or finding's params, as a datetime or in ISO 8601; "" for anything else."""
    try:
        when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return moment(when if when.tzinfo else when.replace(tzinfo=UTC))


def _localize(when: datetime) -> datetime:
    """The last and first moments of the calendar exist in one zone only, and URLs do state them."""
    try:
        return timezone.localtime(when)
    except OverflowError:
        return when.astimezone(UTC)


def _name_zone(local: datetime) -> str:
    """Zones without an abbreviation of their own are called "+03" by the time zone database."""
    name = local.tzname() or "UTC"
    if name == "JST":
        return pgettext("time zone", "JST")
    return f"UTC{name}" if name[0] in "+-" else name
