"""URLs that were signed for CloudFront."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import NEW_SIGNATURE, Words
from links.texts.formatting import line

# What a program wrote wrong into a policy, among the other mistakes of signers.
POLICY_MISTAKES = (
    line(
        _("Its policy is not encoded: CloudFront reads it in Base64 only. It never worked."),
        mistake="policy-plain",
    ),
    line(_("Its policy is not valid JSON and cannot be read. It never worked."), mistake="policy-no-json"),
    line(
        _("The “Statement” of its policy is not a list with one entry, as CloudFront requires. It never worked."),
        mistake="policy-no-list",
    ),
    line(
        _("Its policy has no expiry time (DateLessThan with AWS:EpochTime), so it is refused. It never worked."),
        mistake="policy-no-end",
    ),
    line(
        _("The end in its policy is written as text (“%(value)s”), not as a number. It never worked."),
        mistake="policy-text",
    ),
)
CLOUDFRONT: Mapping[Code, Words] = {
    Code.CLOUDFRONT_ENDS_EARLY: Words(
        _("CloudFront policy ends too early"),
        (
            line(
                _("The policy of the CloudFront URL ends[ on %(ends_at)s,| on %(fails_at)s,] before the promised date.")
            ),
        ),
        (NEW_SIGNATURE,),
    ),
    Code.CLOUDFRONT_ENDED: Words(
        _("CloudFront policy has expired"),
        (
            line(
                _("The policy of the CloudFront URL ended on %(ended_at)s. It still works, but may stop at any time."),
                verdict="at_risk",
            ),
            line(
                _(
                    "The policy of the CloudFront URL [expired on %(ended_at)s|has expired], so the "
                    "link no longer works."
                )
            ),
        ),
        (NEW_SIGNATURE,),
    ),
    Code.CLOUDFRONT_STARTS_LATER: Words(
        _("CloudFront policy has not begun"),
        (
            line(
                _(
                    "The policy of the CloudFront URL [begins on %(starts_at)s: before|has not begun yet: until] "
                    "then it does not work."
                )
            ),
        ),
        (
            line(
                _(
                    "Tell the customer from when it works. If it should work now, sign the URL again without "
                    "DateGreaterThan, or make a stable link to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_OTHER_ADDRESS: Words(
        _("CloudFront policy is for another address"),
        (
            line(
                _(
                    "The policy of the CloudFront URL is for another address than the URL's own "
                    "(%(resource)s). It worked anyway, but may stop at any time."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The policy of the CloudFront URL is for another address than the URL's own[ (%(resource)s)]: "
                    "CloudFront refuses it."
                )
            ),
        ),
        (
            line(
                _(
                    "Sign the URL again with its own address as the policy's Resource, or make a stable link "
                    "to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_LIMITS_CALLERS: Words(
        _("CloudFront policy allows only some addresses"),
        (
            line(
                _(
                    "The policy of the CloudFront URL allows only [%(callers)s|some addresses]: from "
                    "anywhere else it is refused, even if it works from here."
                )
            ),
        ),
        (
            line(
                _(
                    "If the customer opens it from elsewhere, sign the URL again without IpAddress, or make "
                    "a stable link to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_KEY_UNKNOWN: Words(
        _("CloudFront key pair unknown"),
        (
            line(
                _(
                    "CloudFront does not know the key pair[ %(access_key_id)s]: it was removed, or the distribution "
                    "no longer trusts it."
                )
            ),
        ),
        (
            line(
                _(
                    "Put the key pair back into the distribution's key group, or make a stable link to the same "
                    "object and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_REFUSED: Words(
        _("CloudFront refuses the link"),
        (
            line(
                _(
                    "CloudFront refuses the link without saying why. It is one of these: its signature or policy is "
                    "wrong, the URL was changed, or CloudFront may not read the object."
                )
            ),
        ),
        (
            line(
                _(
                    "Sign the URL again and try it. If the new one is refused too, check the distribution's access "
                    "to the bucket; or make a stable link to the same object and send it to the customer."
                )
            ),
        ),
    ),
}
