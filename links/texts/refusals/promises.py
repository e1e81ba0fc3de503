"""Why a lifetime or a promise was refused."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

LIFETIMES: Mapping[Reason, tuple[Line, ...]] = {
    Reason.LIFETIME_UNREADABLE: (
        line(_("There is no day “%(text)s” in the calendar. Check the day and the month."), kind="no-such-day"),
        line(
            _(
                "[“%(text)s”|This lifetime] cannot be read. Write it like 30 days, 1 hour, 1y 6mo, or as a "
                "date such as 2030-12-24."
            )
        ),
    ),
    Reason.LIFETIME_AMBIGUOUS: (
        line(_("“[%(text)s|m]” may mean minutes or months. Write [%(minutes)s or %(months)s|min or mo].")),
    ),
    Reason.LIFETIME_UNITLESS: (
        line(_("%(amount)s of which unit? Write for example %(amount)s days or %(amount)s hours.")),
        line(_("The unit is missing. Write for example 30 days or 6 hours.")),
    ),
    Reason.LIFETIME_DATE_AMBIGUOUS: (
        line(_("“%(text)s” may mean %(day_first)s or %(month_first)s. Write one of these.")),
        line(_("Day and month of this date cannot be told apart. Write it like 2030-12-24.")),
    ),
    Reason.LIFETIME_PAST: (line(_("The requested expiry date[, %(end)s,] has already passed. Choose a later one.")),),
    Reason.LIFETIME_TOO_SHORT: (
        line(_("The lifetime of a link must be at least %(shortest)s. Choose a longer one.")),
        line(_("This lifetime is too short. Choose a longer one.")),
    ),
    Reason.LIFETIME_TOO_LONG: (
        line(_("The lifetime of a link can be at most %(years)s years. Choose a shorter one.")),
        line(_("This lifetime is too long. Choose a shorter one.")),
    ),
}

PROMISES: Mapping[Reason, tuple[Line, ...]] = {
    Reason.PROMISE_KEY_CANNOT_SIGN: (
        line(
            _(
                "The bucket's key cannot sign until AWS confirms that it belongs to an IAM user. Verify the "
                "key again, then make the link."
            ),
            state="pending",
        ),
        line(_("The bucket's key was refused and cannot sign. Assign the access key of an IAM user to the bucket.")),
    ),
    Reason.PROMISE_PRESIGNED_TOO_LONG: (
        line(
            _("A presigned URL works for at most 7 days[, so not until %(asked_until)s]. Make a stable link instead.")
        ),
    ),
    Reason.PROMISE_OVER_ALREADY: (
        line(
            _("The bucket's lifecycle rule deletes the object before the link could be used. Exempt the object."),
            reason="lifecycle-deletes",
        ),
        line(
            _("The restored copy of the object expires before the link could be used. Restore it for longer."),
            reason="restore-ends",
        ),
        line(
            _(
                "The bucket's key must be rotated now, and a presigned URL would stop working with it. "
                "Rotate the key first, or make a stable link."
            ),
            reason="rotation-due",
        ),
        line(
            _(
                "The bucket's policy refuses presigned URLs (s3:authType), but every link needs them. Exempt "
                "the access key's user in the policy."
            ),
            reason="policy-refuses-presigned",
        ),
        line(
            _("The bucket's policy refuses downloads at this time. Change the dates in the policy."),
            reason="policy-limits-time",
        ),
        line(_("The link would expire before it could be used. Choose another object or delivery.")),
    ),
    Reason.PROMISE_IN_THE_PAST: (
        line(_("The promised date has already passed, so there is nothing to monitor. Enter a later one.")),
    ),
    Reason.COLOUR_UNREADABLE: (line(_("This is not a colour. Write it as #rrggbb, for example #0e5f69.")),),
    Reason.SLUG_MALFORMED: (
        line(_("[“%(slug)s”|This] cannot be an address. Use 3 to 60 of the letters a to z, digits and hyphens.")),
    ),
    Reason.SLUG_UNPROTECTED: (
        line(_("This address can be guessed. Give the link a password, or add --public."), shown_by="command"),
        line(_("This address can be guessed. Give the link a password, or select “Public”.")),
    ),
    Reason.PURPOSE_TAKEN: (
        line(
            _(
                "The link to this object for this purpose is somebody else's. Choose another purpose, or ask a manager "
                "to transfer the link."
            )
        ),
    ),
    Reason.SLUG_TAKEN: (line(_("[“%(slug)s”|This] is another link's address. Choose a different one.")),),
    Reason.PASSWORD_TOO_SHORT: (line(_("The password is too short.[ Use at least %(least)s characters.]")),),
    Reason.PASSWORD_TOO_LONG: (line(_("The password is too long.[ Use at most %(most)s characters.]")),),
    Reason.PASSWORD_TOO_COMMON: (
        line(_("This password is one that everyone tries first. Choose one that is hard to guess.")),
    ),
    Reason.PASSWORD_OWN_WORDS: (
        line(
            _(
                "The password is part of the link's title, customer, address or file name. Choose one that "
                "is hard to guess."
            )
        ),
    ),
    Reason.CUSTOMER_KNOWN: (
        line(
            _(
                "There is already a customer with this name[: “%(name)s”]. Choose another name, or open that "
                "customer's page."
            )
        ),
    ),
    Reason.OBJECT_ADDRESS_UNREADABLE: (
        line(
            _(
                "This is not the address of an object. Paste s3://bucket/key, an ARN, or the address of the object's "
                "page."
            )
        ),
    ),
    Reason.BUCKET_UNREGISTERED: (
        line(_("[The bucket “%(bucket)s”|This bucket] is not registered here. It has to be added first.")),
    ),
    Reason.ADDRESS_OURS: (
        line(
            _(
                "This is the URL of a link that already exists here. Open it to change its expiry date or to "
                "duplicate it. For a link to another file, choose that file."
            )
        ),
    ),
    Reason.ADDRESS_UNSEEN: (
        line(
            _(
                "This is the URL of a link that already exists here, but you may not see it. Ask a manager, "
                "who sees every link."
            )
        ),
    ),
    Reason.ADDRESS_NOBODYS: (
        line(_("This is an address of this site, but no link has it. Choose the file, or paste s3://bucket/key.")),
    ),
    Reason.ADDRESS_ELSEWHERE: (
        line(
            _(
                "This address does not point to a bucket that is registered here. Paste s3://bucket/key, or choose a "
                "file."
            )
        ),
    ),
    Reason.TIME_ASKERS_FULL: (
        line(
            _(
                "Many people have already sent requests for this link. Their requests are saved. This last one "
                "was not saved."
            )
        ),
    ),
    Reason.TIME_ANSWERED: (line(_("Somebody has already answered this request. Nothing was changed.")),),
    Reason.LINK_WITHOUT_BUCKET: (
        line(_("This link has no registered bucket, so it cannot be signed. Make a new link to its file.")),
    ),
}
