"""Who did not answer, and what could not be read."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

SILENCE: Mapping[Reason, tuple[Line, ...]] = {
    Reason.CALLER_UNANSWERED: (
        line(
            _(
                "[%(host)s|The store] was asked who owns this key and gave no useful answer. Check the "
                "endpoint and that this server reaches it; it is asked again automatically."
            )
        ),
    ),
    Reason.CLOCK_SKEW: (line(_("The clock of this server differs from the store's. Set it by NTP and try again.")),),
    Reason.HOLDFAST_UNANSWERED: (
        line(
            _(
                "Holdfast[ at %(site)s] gave no answer that can be used[ (%(why)s)]. Check HOLDFAST_URL, and that this "
                "server reaches it."
            )
        ),
    ),
    Reason.STORE_UNANSWERED: (
        line(_("The store[ of the bucket “%(bucket)s”] did not answer. Check its endpoint, and try again in a while.")),
    ),
    Reason.STORE_ANSWER_UNREADABLE: (
        line(
            _(
                "The answer could not be understood. It may not have come from a store. Check the endpoint, "
                "and try again in a while."
            )
        ),
    ),
    Reason.STORE_ANSWER_TOO_LONG: (
        line(
            _(
                "The answer was longer than a store's answer should be and was not read to the end. Check "
                "that the endpoint belongs to a store."
            )
        ),
    ),
    Reason.SECRETS_UNREADABLE: (
        line(
            _(
                "The stored secrets cannot be read. Put the encryption key that they were written with back into "
                "ENCRYPTION_KEYS, after the newest one."
            )
        ),
    ),
    Reason.SECRETS_MISPLACED: (
        line(
            _(
                "A stored secret is in the wrong place: somebody changed the row directly in the database. "
                "It is not used. Restore the row from a backup, or enter the secret again."
            )
        ),
    ),
    Reason.DELIVERY_FAILED: (
        line(_("The alert could not be delivered[ (%(reason)s)]. It is tried again automatically. Check the channel.")),
    ),
}
