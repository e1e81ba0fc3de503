"""What came of asking for a validation."""

from django.contrib import messages
from django.utils.translation import gettext, ngettext

from links.admin.base import badges
from links.services.on_demand import Asked


def build_messages(asked: Asked, count: int) -> list[tuple[int, str]]:
    """Messages, each with its level."""
    if asked.heard:
        told = ngettext(
            "%(count)s link is being validated. Reload in a few seconds.",
            "%(count)s links are being validated. Reload in a while.",
            count,
        )
        return [(messages.SUCCESS, told % {"count": count})]
    if not asked.judged:
        return [(messages.WARNING, gettext("Nobody could be told at once. They are due, and their turn will come."))]
    return [_build_verdict_message(one.link.pk, one.judgement.verdict.value) for one in asked.judged]


def _build_verdict_message(number: int, verdict: str) -> tuple[int, str]:
    badge = badges.of_verdict(verdict)
    level = messages.SUCCESS if badge.tone in (badges.Tone.GOOD, badges.Tone.QUIET) else messages.WARNING
    told = gettext("Link #%(number)s: %(verdict)s. %(meaning)s")
    return level, told % {"number": number, "verdict": badge.word, "meaning": badge.hint}
