"""Webhooks in words: events, how a webhook stands, what a test came to."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.events.kinds import EventKind
from links.domain.events.webhooks import WebhookState


def name_event(kind: EventKind) -> str:
    return gettext(_EVENTS[kind])


def name_state(state: WebhookState) -> str:
    return gettext(_STATES[state][0])


def explain_state(state: WebhookState) -> str:
    """What the state means, and what to do about it."""
    return gettext(_STATES[state][1])


def explain_test(status: int | None, took_ms: int, text: str, trouble: str) -> str:
    """What a test came to; `text` is the beginning of the answer."""
    if trouble and status is None:
        return gettext("Nobody took the test: %(trouble)s") % {"trouble": trouble}
    values = {"status": status, "ms": took_ms, "text": text or "–"}
    if trouble:
        return gettext("The test was refused with HTTP %(status)s after %(ms)s ms. The answer: %(text)s") % values
    return gettext("The test was taken with HTTP %(status)s after %(ms)s ms. The answer: %(text)s") % values


_EVENTS: Mapping[EventKind, str] = {
    EventKind.LINK_MADE: _("A link was made"),
    EventKind.LINK_CHANGED: _("A link was changed"),
    EventKind.LINK_OPENED: _("A customer downloaded by a link for the first time"),
    EventKind.LINK_DOWNLOADED: _("A customer downloaded by a link"),
    EventKind.LINK_AT_RISK: _("A link is at risk"),
    EventKind.LINK_BROKEN: _("A link does not work"),
    EventKind.LINK_HEALTHY: _("A link works again"),
    EventKind.LINK_ENDED: _("A link ended as promised"),
    EventKind.LINK_REVOKED: _("A link was revoked"),
    EventKind.TIME_ASKED: _("A customer asked for more time"),
    EventKind.INCIDENT_OPENED: _("An incident began"),
    EventKind.INCIDENT_RESOLVED: _("An incident ended"),
}
_STATES: Mapping[WebhookState, tuple[str, str]] = {
    WebhookState.ON: (_("On"), _("It is told what happens.")),
    WebhookState.OFF: (
        _("Off"),
        _("It is told nothing. Turn it on, and send again what happened meanwhile if that is wanted."),
    ),
    WebhookState.GONE: (
        _("Gone"),
        _(
            "Its server said that the address is gone (HTTP 410). Correct the address, turn the webhook on and send "
            "again what happened meanwhile."
        ),
    ),
    WebhookState.GIVEN_UP: (
        _("Given up"),
        _(
            "Its server has taken nothing for three days. Mend it, turn the webhook on and send again what happened "
            "meanwhile."
        ),
    ),
}
