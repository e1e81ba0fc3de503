"""Findings about how long a signature lasts, and by whose clock."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import NEW_SIGNATURE, Words
from links.texts.formatting import line

SIGNATURE_TIMES: Mapping[Code, Words] = {
    Code.LONGER_THAN_SEVEN_DAYS: Words(
        _("Signed for over seven days"),
        (
            line(
                _("The signature asks for %(span)s, but Google allows 7 days at most and refuses it from the start."),
                store="google",
            ),
            line(
                _(
                    "The signature asks for %(span)s (%(seconds)s seconds), but S3 allows 7 days (604800 "
                    "seconds) at most. This store accepts it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature asks for more than the 7 days (604800 seconds) that S3 allows at most. "
                    "This store accepts it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature asks for %(seconds)s seconds, but S3 allows 7 days (604800 seconds) at "
                    "most and refuses it from the start. It looks like a point in time, but a number of "
                    "seconds is expected."
                ),
                meant="moment",
            ),
            line(
                _(
                    "The signature asks for %(seconds)s seconds, but S3 allows 7 days (604800 seconds) at "
                    "most and refuses it from the start. It looks like milliseconds, but seconds are "
                    "expected."
                ),
                meant="milliseconds",
            ),
            line(
                _(
                    "The signature asks for %(span)s (%(seconds)s seconds), but S3 allows 7 days (604800 seconds) "
                    "at most and refuses it from the start."
                )
            ),
            line(
                _(
                    "The signature asks for more than the 7 days (604800 seconds) that S3 allows at most, and is "
                    "refused from the start."
                )
            ),
        ),
        (
            line(
                _(
                    "In the program that signs, write a lifetime in seconds, 604800 at most; or make a "
                    "stable link to the same object and send it to the customer: it can work for years."
                ),
                meant="moment",
            ),
            line(
                _(
                    "In the program that signs, divide by 1000; or make a stable link to the same object and "
                    "send it to the customer: it can work for years."
                ),
                meant="milliseconds",
            ),
            line(
                _(
                    "Make a stable link to the same object and send it to the customer: it can work for "
                    "years. A presigned URL never works longer than 7 days."
                )
            ),
        ),
    ),
    Code.SIGNATURE_ENDS_EARLY: Words(
        _("Signature expires before the promised date"),
        (line(_("Its signature ends[ on %(ends_at)s,| on %(fails_at)s,] before the promised date.")),),
        (NEW_SIGNATURE,),
    ),
    Code.SIGNATURE_ENDED: Words(
        _("Signature has expired"),
        (
            line(
                _(
                    "Its signature expired on %(ended_at)s, before it was first seen here. If it was new "
                    "then, the clock of the machine that signed it is %(span)s behind, or the program still "
                    "uses the time at which it was started."
                ),
                verdict="broken",
                one_of="clock-skew",
            ),
            line(
                _(
                    "Its signature expired on %(ended_at)s. The store still accepts it, but may "
                    "stop doing so at any time."
                ),
                verdict="at_risk",
            ),
            line(_("Its signature [expired on %(ended_at)s|has expired], so the link no longer works.")),
        ),
        (NEW_SIGNATURE,),
    ),
    Code.CLOCK_SKEW: Words(
        _("Clock is wrong"),
        (
            line(
                _("The clock of %(host)s is %(span)s behind this server's and those of other stores."),
                whose="store",
                side="behind",
            ),
            line(
                _("The clock of %(host)s is %(span)s ahead of this server's and those of other stores."),
                whose="store",
                side="ahead",
            ),
            line(_("The clock of %(host)s is wrong."), whose="store"),
            line(_("This server's clock is %(span)s behind the clock of %(host)s."), whose="ours", side="behind"),
            line(_("This server's clock is %(span)s ahead of the clock of %(host)s."), whose="ours", side="ahead"),
            line(_("The clock of this site is %(span)s behind."), whose="ours", side="behind"),
            line(_("The clock of this site is %(span)s ahead."), whose="ours", side="ahead"),
            line(
                _(
                    "The clock of this server is wrong: the store sees the times in its signatures "
                    "as too early or too late."
                ),
                whose="ours",
            ),
            line(
                _(
                    "It was signed for a time that is %(span)s ahead: very likely its program wrote local time as UTC "
                    "(Z), or its clock is wrong. It does not work before %(starts_at)s."
                ),
                whose="signer",
                zone="yes",
            ),
            line(_("The signer's clock was ahead: the link does not work [before %(starts_at)s|yet]."), whose="signer"),
            line(_("The clock of the signer, of this server or of the store is wrong.")),
        ),
        (
            line(
                _("Set this server's clock by NTP. Stable links work again as soon as it is right."),
                whose="ours",
            ),
            line(
                _("Have the clock of the store set by NTP. Until then it may refuse signatures that are still valid."),
                whose="store",
            ),
            line(
                _(
                    "In the program that signs, take the time in UTC (in Python datetime.now(UTC)), and set "
                    "its clock by NTP; then make the link again, or make a stable link to the same object, "
                    "and send it to the customer."
                ),
                whose="signer",
                zone="yes",
            ),
            line(
                _(
                    "Set the clock of the machine that signs by NTP, then make the link again, or make a "
                    "stable link to the same object, and send it to the customer."
                )
            ),
        ),
    ),
}
