"""How long things are kept, for the pages that say so."""

from django import template

from links.conf import site

register = template.Library()


@register.simple_tag
def visit_days() -> int:
    return int(site.VISIT_DAYS)
