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
                "Only a stable link's end can be changed: a signed URL states its own end. Make a stable link to the "
                "same file."
            )
        ),
    ),
    Reason.ENDS_BEFORE_START: (
        line(
            _(
                "The link begins [on %(start)s|later than that], so it would never work. Choose a later end, or let "
                "it begin earlier."
            )
        ),
    ),
    Reason.REVIVE_UNCONFIRMED: (line(_("It was revoked on purpose. Tick the box if it shall work again anyway.")),),
    Reason.REVIVE_FIRST: (line(_("It was revoked. Open its page to revive it.")),),
    Reason.WOULD_SHORTEN: (
        line(
            _(
                "It lasts longer already[, until %(end)s], and is left as it is. To let it end earlier, enter the end "
                "as a date."
            )
        ),
    ),
    Reason.REVOKED_ALREADY: (line(_("It was revoked before.")),),
    Reason.VALIDATION_LEFT_OUT: (line(_("It was revoked or replaced, and is no longer monitored.")),),
    Reason.LINK_CHANGED: (
        line(_("Somebody else, or a customer, changed this link meanwhile. Look at it again, then try again.")),
    ),
    Reason.COLLEAGUE_UNFIT: (
        line(
            _(
                "[%(colleague)s|This colleague] may not make links, so links cannot be transferred. Choose "
                "another colleague."
            )
        ),
    ),
    Reason.OWNER_UNFIT: (line(_("[%(owner)s|This person] may not make links; --owner takes somebody who may.")),),
    Reason.OWNED_ALREADY: (line(_("It was [%(colleague)s's|this colleague's] link before.")),),
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
                "It has a password, which is a secret and is not copied. Open its page and duplicate it alone, with "
                "a password for the copy."
            )
        ),
    ),
    Reason.TERMS_NEED_STABLE: (
        line(
            _(
                "Only a stable link can have a password, a number of downloads or a beginning: the store knows "
                "nothing of them. Make a stable link."
            )
        ),
    ),
    Reason.LIMIT_USED: (
        line(_("Downloads so far: %(used)s. Allow more than that, or revoke the link.")),
        line(_("It was downloaded as often already. Allow more, or revoke the link.")),
    ),
    Reason.STARTS_AFTER_END: (
        line(_("The link ends [on %(end)s|before that]. Let it begin earlier, or change its end first.")),
    ),
    Reason.SLUG_NEEDS_PASSWORD: (
        line(_("Anybody could guess this link's address, so it needs its password. Set another one instead.")),
    ),
    Reason.SLUG_UNCONFIRMED: (
        line(_("Whoever has the address as it was would reach nothing there. Tick the box if it shall stop working.")),
    ),
    Reason.REMIND_PAST: (line(_("The link ends[ on %(end)s, which is] sooner than that. Choose fewer days.")),),
}
