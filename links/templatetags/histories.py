"""Entries of a history in templates."""

from django import template
from django.contrib.admin.models import LogEntry

from links.texts.audit import explain_act
from links.texts.pages import histories

register = template.Library()


@register.filter
def history_text(entry: LogEntry) -> str:
    return histories.render(entry.change_message) or str(entry.get_change_message())


@register.filter
def act_sentence(act: str) -> str:
    return explain_act(act)
