"""How long things are kept, for the pages that say so."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def visit_days() -> int:
    return int(settings.VISIT_DAYS)
