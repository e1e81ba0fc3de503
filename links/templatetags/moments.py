"""Times in templates: the reader's zone, always named."""

from datetime import date, datetime

from django import template
from django.utils.html import format_html

from links.texts import times

register = template.Library()


@register.filter
def moment(when: datetime | None) -> str:
    """A moment in words, which scripts and machines can read too."""
    if when is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), times.moment(when))


@register.filter
def day(when: date) -> str:
    return times.day(when)
