"""Why a webhook was not taken, or not told again."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

WEBHOOKS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.WEBHOOK_ADDRESS_MALFORMED: (
        line(
            _(
                "The address must be one as in https://orders.example.com/hook, with no user and no password. Correct "
                "it."
            )
        ),
    ),
    Reason.WEBHOOK_ADDRESS_UNENCRYPTED: (
        line(
            _(
                "The address begins with http, by which everybody on the way could read what is sent. Use https. Only "
                "hosts that whoever runs this server named in PROBE_ALLOWED_HOSTS may be called by http."
            )
        ),
    ),
    Reason.WEBHOOK_ADDRESS_PRIVATE: (
        line(
            _(
                "[“%(host)s”|The host] is a private address. This server sends requests there only if its settings "
                "allow it. If the receiver is yours, ask whoever runs this server to add [“%(host)s”|it] to "
                "PROBE_ALLOWED_HOSTS, and try again."
            )
        ),
    ),
    Reason.WEBHOOK_ADDRESS_FORBIDDEN: (
        line(
            _(
                "[“%(host)s”|The host] is the address of a metadata service, a link-local address or an unassigned "
                "address. Enter the receiver's own address."
            )
        ),
    ),
    Reason.WEBHOOK_EVENTS_MISSING: (line(_("Choose at least one event that the webhook is to be told of.")),),
    Reason.WEBHOOK_OFF: (line(_("The webhook is off. Turn it on first, then send the events again.")),),
    Reason.WEBHOOK_REPLAY_TOO_MANY: (
        line(
            _(
                "[%(count)s|Too many] events have happened since then[, and at most %(most)s are sent again at once|]. "
                "Choose a later time."
            )
        ),
    ),
}
