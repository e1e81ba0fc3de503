"""Who did not answer, and what could not be read."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.words.lines import Line, line

SILENCE: Mapping[str, tuple[Line, ...]] = {
    "unavailable": (line(_("Something that is needed did not answer. Try again in a while.")),),
    "failed": (line(_("This did not work. Try again, and look at the log if it fails again.")),),
    "refused": (line(_("This was refused. Check what was entered and try again.")),),
    "caller-unanswered": (
        line(
            _(
                "AWS did not say whose key this is. Check that this server reaches AWS's STS; it is asked again by "
                "itself."
            )
        ),
    ),
    "clock-skew": (line(_("The clock of this server differs from the store's. Set it by NTP and try again.")),),
    "store-unanswered": (
        line(_("The store of the bucket “%(bucket)s” did not answer. Check its endpoint, and try again in a while.")),
        line(_("The store did not answer. Check its endpoint, and try again in a while.")),
    ),
    "store-answer-unreadable": (
        line(
            _(
                "The store's answer could not be understood: it may have come from something else than a store. Check "
                "the endpoint, and try again in a while."
            )
        ),
    ),
    "store-answer-too-long": (
        line(
            _(
                "The store's answer was longer than any store's should be, and was not read to its end. Check that "
                "the endpoint is a store's."
            )
        ),
    ),
    "secrets-unreadable": (
        line(
            _(
                "The stored secrets cannot be read. Put the encryption key that they were written with back into "
                "ENCRYPTION_KEYS, after the newest one."
            )
        ),
    ),
    "secrets-misplaced": (
        line(
            _(
                "A stored secret does not belong where it stands: somebody changed the row in the database by hand. It "
                "is not used. Restore the row from a backup, or enter the secret anew."
            )
        ),
    ),
    "delivery-failed": (
        line(_("The notice could not be delivered (%(reason)s). It is tried again by itself; check the channel.")),
        line(_("The notice could not be delivered. It is tried again by itself; check the channel.")),
    ),
}
