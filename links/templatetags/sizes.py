"""Sizes of files in templates."""

from django import template

from links.texts.formatting import write_size

register = template.Library()


@register.filter
def size(count: int) -> str:
    return write_size(count)
