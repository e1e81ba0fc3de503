"""Values as lists show them."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from links.domain.judging.forecasts import ForecastKind
from links.models import ShareLink
from links.queries.link_state import read_forecast
from links.texts.pages import forecasts
from links.texts.times import moment, span

NOTHING = "–"


def show_moment(when: datetime | None) -> str:
    """A moment in a list, in the words that every page has for it: a narrow column breaks it after the day."""
    if when is None:
        return NOTHING
    whole = moment(when)
    date, comma, hour = whole.partition(", ") if ", " in whole else whole.partition(" ")
    return format_html(
        '<time datetime="{}"><span class="day">{}</span> <span class="hour">{}</span></time>',
        when.isoformat(),
        f"{date}{comma.strip()}",
        hour,
    )


def write_moment(when: datetime | None) -> str:
    """A moment in words, for pages that tell of others in sentences: a page has one form of dates."""
    return NOTHING if when is None else format_html('<time datetime="{}">{}</time>', when.isoformat(), moment(when))


def show_link(link: ShareLink) -> str:
    """Its name, which leads to its page, and its number."""
    page = reverse("admin:links_sharelink_change", args=[link.pk])
    name = show_text(link.name_for_staff)
    return format_html('<a href="{}">{}</a> <span class="meta">#{}</span>', page, name, link.pk)


def show_renewable(name: str, link: ShareLink, content: object, *, is_renewed: bool = False) -> SafeString:
    """Something about a link in a place from which a script takes it away for a newer one (`is_renewed`)."""
    renewed = mark_safe(' hx-swap-oob="true"') if is_renewed else ""
    return format_html('<span id="{}-{}"{}>{}</span>', name, link.pk, renewed, content)


def show_failure(link: ShareLink, now: datetime) -> str:
    """When it stops working, or what came of it."""
    found = read_forecast(link, now)
    return show_moment(found.at) if found.kind is ForecastKind.STOPS else capfirst(forecasts.brief(found)) or NOTHING


def show_age(since: datetime | None, now: datetime) -> str:
    if since is None:
        return gettext("never")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        since.isoformat(),
        moment(since),
        gettext("%(span)s ago") % {"span": round_age(since, now)},
    )


def round_age(since: datetime, now: datetime) -> str:
    """A span that need not be exact, by its largest unit."""
    seconds = max((now - since).total_seconds(), 0)
    unit = next((unit for unit in (86_400, 3_600, 60) if seconds >= unit), 1)
    return span(timedelta(seconds=seconds // unit * unit))


def show_text(text: str, longest: int = 80) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
