"""Temporary credentials, and what was mixed with them."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

_SEND_STABLE_LINK = line(
    _("Make a stable link to the same object (or sign with an IAM user's own access key) and send it to the customer.")
)

CREDENTIALS: Mapping[Code, Words] = {
    Code.TEMPORARY_CREDENTIALS: Words(
        _("Signed with temporary credentials"),
        (
            line(
                _(
                    "The temporary credentials that signed it have probably expired: their session seems to "
                    "have begun more than 36 hours ago, and AWS gives none that last longer. Only the store "
                    "can tell for sure."
                ),
                probably="over",
            ),
            line(
                _(
                    "It stops working when the temporary credentials that signed it expire, whatever lifetime "
                    "was asked for. That will probably be by %(fails_at)s at the latest, 36 hours after "
                    "their session seems to have begun."
                ),
                probably="yes",
            ),
            line(
                _(
                    "It stops working when the temporary credentials that signed it expire, by %(fails_at)s "
                    "at the latest, whatever lifetime was asked for."
                )
            ),
            line(
                _(
                    "It stops working when the temporary credentials that signed it expire, whatever lifetime "
                    "was asked for. When that will be, the URL does not say."
                )
            ),
        ),
        (_SEND_STABLE_LINK,),
    ),
    Code.TEMPORARY_CREDENTIALS_ENDED: Words(
        _("Temporary credentials have expired"),
        (
            line(
                _(
                    "The store refuses the link without saying why. It is one of these: the temporary "
                    "credentials that signed it (%(access_key_id)s) have expired, or they may no longer read "
                    "the object."
                ),
                one_of="permission-lost",
            ),
            line(
                _(
                    "The store does not accept the session token in it. It is one of these: the session that signed "
                    "it (%(access_key_id)s) is over, the token was damaged on its way, or it comes from the global "
                    "address of AWS STS, whose tokens the region %(refused_in)s refuses by default."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "The store does not accept the session token in it. It is one of these: the session that signed "
                    "it (%(access_key_id)s) is over, or the token was damaged on its way."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "The temporary credentials that signed it (%(access_key_id)s) expired by %(ended_at)s at "
                    "the latest, and the link stopped working with them: AWS gives none that last longer."
                ),
            ),
            line(
                _(
                    "The temporary credentials that signed it[ (%(access_key_id)s)] are no longer valid, and "
                    "the link stopped working with them. Such credentials always expire; it does not mean "
                    "that an access key was deleted."
                )
            ),
        ),
        (_SEND_STABLE_LINK,),
    ),
    Code.TEMPORARY_KEY_WITHOUT_TOKEN: Words(
        _("Temporary key without its token"),
        (
            line(
                _(
                    "It was signed with the temporary key %(access_key_id)s, but the session token is "
                    "missing from the URL. This store accepts it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "It was signed with [the temporary key %(access_key_id)s|a temporary key], but the session token "
                    "is missing from the URL: AWS refuses it from the start."
                )
            ),
        ),
        (_SEND_STABLE_LINK,),
    ),
    Code.MIXED_CREDENTIALS: Words(
        _("Permanent key with somebody else's session token"),
        (
            line(
                _(
                    "The URL contains the long-lived access key %(access_key_id)s together with a session "
                    "token, which cannot belong to it. This store accepts it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The URL contains [the long-lived access key %(access_key_id)s|a long-lived access key] "
                    "together with a session token, which cannot belong to it: AWS refuses it from the start."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object and send it to the customer. Where the URL was signed, "
                    "remove AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN from the environment."
                )
            ),
        ),
    ),
}
