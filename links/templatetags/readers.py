"""Who reads what is written to a link's owner, said where links are made."""

from typing import Any

from django import template

from links.services.mail.link_mails import find_reader
from links.texts.readers import warn_importer, warn_maker

register = template.Library()


@register.inclusion_tag("admin/links/sharelink/reader_warning.html", takes_context=True)
def reader_warning(context: dict[str, Any]) -> dict[str, str]:
    """The links that a page makes are its reader's own."""
    return {"warning": warn_maker(find_reader(context["user"]))}


@register.inclusion_tag("admin/links/sharelink/reader_warning.html", takes_context=True)
def importer_warning(context: dict[str, Any]) -> dict[str, str]:
    return {"warning": warn_importer(find_reader(context["user"]))}
