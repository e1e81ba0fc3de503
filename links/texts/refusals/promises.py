"""Why a lifetime or a promise was refused."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

LIFETIMES: Mapping[Reason, tuple[Line, ...]] = {
    Reason.LIFETIME_UNREADABLE: (
        line(
            _(
                "[“%(text)s” is no lifetime that can|This lifetime cannot] be read. Write it as in 30 days, 1 hour, "
                "1y 6mo, or as an end date such as 2030-12-24."
            )
        ),
    ),
    Reason.LIFETIME_AMBIGUOUS: (
        line(_("“[%(text)s|m]” may mean minutes or months. Write [%(minutes)s or %(months)s|min or mo].")),
    ),
    Reason.LIFETIME_UNITLESS: (
        line(_("%(amount)s of what? Write it with its unit, as in %(amount)s days or %(amount)s hours.")),
        line(_("A number alone is no lifetime. Write it with its unit, as in 30 days or 6 hours.")),
    ),
    Reason.LIFETIME_DATE_AMBIGUOUS: (
        line(_("“%(text)s” may mean %(day_first)s or %(month_first)s. Write the one that you mean.")),
        line(_("The day and the month of this date may be each other's. Write it as in 2030-12-24.")),
    ),
    Reason.LIFETIME_PAST: (line(_("The end that was asked for[, %(end)s,] is over already. Choose a later one.")),),
    Reason.LIFETIME_TOO_SHORT: (
        line(_("A link must live for %(shortest)s at least. Choose a longer lifetime.")),
        line(_("This lifetime is too short. Choose a longer one.")),
    ),
    Reason.LIFETIME_TOO_LONG: (
        line(_("A link can live for %(years)s years at most. Choose a shorter lifetime.")),
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
        line(_("The bucket's key was refused and signs nothing. Bind the bucket to the access key of an IAM user.")),
    ),
    Reason.PROMISE_PRESIGNED_TOO_LONG: (
        line(
            _(
                "No presigned URL can work until %(asked_until)s: S3 allows 7 days at most. Make a stable link, "
                "which can."
            )
        ),
        line(_("No presigned URL works longer than 7 days. Make a stable link, which can.")),
    ),
    Reason.PROMISE_OVER_ALREADY: (
        line(
            _("The bucket's lifecycle rule deletes the object before the link could be used. Exempt the object."),
            reason="lifecycle-deletes",
        ),
        line(
            _("The restored copy of the object ends before the link could be used. Restore it for longer."),
            reason="restore-ends",
        ),
        line(
            _(
                "The bucket's key is due for rotation now, and a presigned URL would die with it. Rotate it first, "
                "or make a stable link."
            ),
            reason="rotation-due",
        ),
        line(
            _(
                "The bucket's policy refuses presigned URLs (s3:authType), which every link leads to. Exempt the "
                "access key's user in the policy."
            ),
            reason="policy-refuses-presigned",
        ),
        line(
            _("The bucket's policy refuses downloads at this time. Change the dates in the policy."),
            reason="policy-limits-time",
        ),
        line(_("The promise would be over before the link could be used. Choose another object or delivery.")),
    ),
    Reason.PROMISE_IN_THE_PAST: (
        line(_("The promised end is over already, so there is nothing to watch. Enter a later one.")),
    ),
    Reason.COLOUR_UNREADABLE: (line(_("This is no colour. Write it as #rrggbb, as in #0e5f69.")),),
    Reason.SLUG_MALFORMED: (
        line(_("[“%(slug)s”|This] cannot be an address. Use 3 to 60 of the letters a to z, digits and hyphens.")),
    ),
    Reason.SLUG_UNPROTECTED: (
        line(_("Anybody could guess this address. Give the link a password, or add --public."), shown_by="command"),
        line(_("Anybody could guess this address. Give the link a password, or tick “Public”.")),
    ),
    Reason.SLUG_TAKEN: (line(_("[“%(slug)s”|This] is another link's address. Choose a different one.")),),
    Reason.PASSWORD_TOO_SHORT: (line(_("The password is too short.[ Take at least %(least)s characters.]")),),
    Reason.PASSWORD_TOO_LONG: (line(_("The password is too long.[ Take at most %(most)s characters.]")),),
    Reason.PASSWORD_TOO_COMMON: (
        line(_("This password is one of those that everybody tries first. Take one that nobody guesses.")),
    ),
    Reason.PASSWORD_OWN_WORDS: (
        line(
            _(
                "The password is made of what the link itself says: its title, its customer, its address or its file. "
                "Take one that nobody guesses."
            )
        ),
    ),
    Reason.CUSTOMER_KNOWN: (
        line(_("There is a customer of this name[: “%(name)s”]. Choose another name, or open that customer's page.")),
    ),
    Reason.OBJECT_ADDRESS_UNREADABLE: (
        line(_("This names no object. Paste s3://bucket/key, an ARN, or the address of the object's page.")),
    ),
    Reason.BUCKET_UNREGISTERED: (
        line(_("[The bucket “%(bucket)s”|This bucket] is not registered here. Ask whoever keeps the keys to add it.")),
    ),
    Reason.ADDRESS_OURS: (
        line(
            _(
                "This is the URL of a link that was made here: there is a link already. Open it to change its end or "
                "to duplicate it; for a link to another file, choose that file."
            )
        ),
    ),
    Reason.ADDRESS_UNSEEN: (
        line(
            _(
                "This is the URL of a link that was made here: there is a link already, but it is not yours to see. "
                "Ask a manager, who sees every link."
            )
        ),
    ),
    Reason.ADDRESS_NOBODYS: (
        line(_("This is an address of this site, and no link has it. Choose the file, or paste s3://bucket/key.")),
    ),
    Reason.ADDRESS_ELSEWHERE: (
        line(_("This address leads to no bucket that is registered here. Paste s3://bucket/key, or choose a file.")),
    ),
    Reason.TIME_ASKERS_FULL: (
        line(
            _("Many people have asked about this link already. What they said is kept, and this last message is not.")
        ),
    ),
    Reason.TIME_ANSWERED: (line(_("Somebody has answered this request before. Nothing was changed.")),),
    Reason.LINK_WITHOUT_BUCKET: (line(_("This link has no bucket of ours, so nothing can be signed for it.")),),
}
