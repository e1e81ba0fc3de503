"""What came of asking for a validation."""

from collections.abc import Sequence

from django.contrib import messages
from django.utils.translation import gettext

from links.admin.base import badges
from links.admin.base.refusal_views import Reader, explain_refusal
from links.services.validation.on_demand import QueuedResult


def build_messages(reader: Reader, results: Sequence[QueuedResult]) -> list[tuple[int, str]]:
    """Messages, each with its level."""
    lines: list[tuple[int, str]] = [
        (messages.WARNING, explain_refusal(result.refused, reader, result.item.bucket))
        for result in results
        if result.refused
    ]
    queued = [(result.item, result.done) for result in results if result.done]
    if any(done.is_queued for _link, done in queued):
        lines.append((messages.SUCCESS, gettext("A worker was told to validate it.")))
    if not all(done.is_queued or done.verdict for _link, done in queued):
        waits = gettext("They could not be checked immediately. They will be checked automatically.")
        lines.append((messages.WARNING, waits))
    return lines + [_build_verdict_message(link.pk, done.verdict.value) for link, done in queued if done.verdict]


def _build_verdict_message(number: int, verdict: str) -> tuple[int, str]:
    badge = badges.of_verdict(verdict)
    level = messages.SUCCESS if badge.tone in (badges.Tone.GOOD, badges.Tone.QUIET) else messages.WARNING
    text = gettext("Link #%(number)s: %(verdict)s. %(meaning)s")
    return level, text % {"number": number, "verdict": badge.word, "meaning": badge.hint}
