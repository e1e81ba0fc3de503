"""Why a link was not changed, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

CHANGES: Mapping[Reason, tuple[Line, ...]] = {
    Reason.EXTEND_REVOKED: (line(_("A revoked link cannot be extended. Revive it instead.")),),
    Reason.EXTEND_PRESIGNED: (
        line(
            _(
                "Only a stable link's expiry date can be changed. A signed URL contains its own expiry date. "
                "Make a stable link to the same file."
            )
        ),
    ),
    Reason.ENDS_BEFORE_START: (
        line(
            _(
                "The link starts [on %(start)s|later than that], so it would never work. Choose a later "
                "expiry date or an earlier start."
            )
        ),
    ),
    Reason.REVIVE_FIRST: (line(_("It was revoked. Open its page to revive it.")),),
    Reason.WOULD_SHORTEN: (
        line(
            _("It already lasts longer[, until %(end)s], and was not changed. To make it expire earlier, enter a date.")
        ),
    ),
    Reason.NOT_STOPPED: (line(_("No other file has taken the place of its file. It was left as it is.")),),
    Reason.REVOKED_ALREADY: (line(_("It was already revoked.")),),
    Reason.VALIDATION_LEFT_OUT: (line(_("It was revoked or replaced, and is no longer monitored.")),),
    Reason.LINK_CHANGED: (
        line(_("Somebody else, or a customer, changed this link in the meantime. Check it and try again.")),
    ),
    Reason.COLLEAGUE_UNFIT: (
        line(
            _(
                "[%(colleague)s|This colleague] may not make links, so links cannot be transferred. Choose "
                "another colleague."
            )
        ),
    ),
    Reason.OWNER_UNFIT: (
        line(_("[%(owner)s|This person] is no longer active. --owner must name somebody who is."), kind="inactive"),
        line(_("[%(owner)s|This person] may not make links. --owner must name somebody who may.")),
    ),
    Reason.OWNED_ALREADY: (line(_("It already belongs to [%(colleague)s|this colleague].")),),
    Reason.DUPLICATE_FOREIGN: (
        line(
            _(
                "A URL that was signed elsewhere cannot be duplicated here. Replace it with a stable link, or "
                "make a link to its file."
            )
        ),
    ),
    Reason.DUPLICATE_PASSWORD: (
        line(
            _(
                "It has a password, which is not copied. Open its page and duplicate it there, with a "
                "password for the copy."
            )
        ),
    ),
    Reason.TERMS_NEED_STABLE: (
        line(
            _(
                "Only a stable link can have a password, a download limit or a start date. The store does "
                "not know them. Make a stable link."
            )
        ),
    ),
    Reason.LIMIT_USED: (
        line(_("Downloads so far: %(used)s. Allow more than that, or revoke the link.")),
        line(_("It was already downloaded that many times. Allow more, or revoke the link.")),
    ),
    Reason.STARTS_AFTER_END: (
        line(_("The link expires [on %(end)s|before that]. Choose an earlier start, or change the expiry date first.")),
    ),
    Reason.STARTS_PAST: (line(_("This time has already passed. Leave it empty and the link works immediately.")),),
    Reason.SLUG_NEEDS_PASSWORD: (
        line(_("This link's address can be guessed, so it needs a password. Set another password instead.")),
    ),
    Reason.SLUG_UNCONFIRMED: (
        line(
            _(
                "People who have the old address could no longer open the file. To stop that address, select the "
                "checkbox."
            )
        ),
    ),
    Reason.REMIND_PAST: (line(_("The link expires[ on %(end)s, which is] earlier than that. Choose fewer days.")),),
}
