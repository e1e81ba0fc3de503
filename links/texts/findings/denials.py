"""What a store denies: to a key that it knows, to nobody in particular, or to whoever has the link."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

_ASK_FOR_ANOTHER = _(
    "Ask whoever sent it for a new link. If the file is in a bucket of yours, make a stable link to it and "
    "send that: it works as long as you promise."
)

DENIALS: Mapping[Code, Words] = {
    Code.PERMISSION_LOST: Words(
        _("Key may no longer read"),
        (
            line(
                _(
                    "The store refuses the object without saying why. It is one of these: access key "
                    "%(access_key_id)s may no longer read it, or the object was deleted."
                ),
                one_of="object-missing",
            ),
            line(
                _(
                    "The store refuses the link without saying why. It is one of these: access key "
                    "%(access_key_id)s may no longer read the object, or the key was deleted or made inactive."
                ),
                one_of="key-unknown",
            ),
            line(
                _(
                    "In this bucket whoever downloads has to pay (Requester Pays), and the link names nobody "
                    "who pays: the store refuses it."
                ),
                payer="requester",
            ),
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] is known and its signature is right, but "
                    "%(policy_name)s [forbids %(action)s|forbids the download] (an explicit Deny)."
                ),
                effect="deny",
            ),
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] is known and its signature is right, but "
                    "nothing in %(policy_name)s allows it %(action)s."
                )
            ),
            line(
                _(
                    "The store knows [access key %(access_key_id)s|the access key], but no longer lets it read the "
                    "object."
                )
            ),
        ),
        (
            line(
                _(
                    "Check whether the object is in the bucket. If it is, allow the key's user s3:GetObject "
                    "on it; if not, upload it again under the same name. Or make a stable link and send it "
                    "to the customer."
                ),
                one_of="object-missing",
            ),
            line(
                _(
                    "Find the key at the store. If it is active, allow its user s3:GetObject on this object. "
                    "Or make a stable link to the same object and send it to the customer."
                ),
                one_of="key-unknown",
            ),
            line(
                _(
                    "Turn Requester Pays off for the bucket, or copy the object to a bucket without it and make a "
                    "link to the copy."
                ),
                payer="requester",
            ),
            line(
                _(
                    "The request came through a network whose VPC endpoint blocked it: try from another "
                    "network. To allow it here, change the endpoint's policy."
                ),
                policy="vpc-endpoint",
            ),
            line(
                _(
                    "Whoever manages %(policy_name)s has to exempt this download from its Deny, or the "
                    "object has to be copied to a bucket that it does not cover. The links then work again "
                    "at once."
                ),
                effect="deny",
            ),
            line(
                _(
                    "Allow %(action)s on this object in %(policy_name)s. The links then work again at once; or make a "
                    "stable link to a copy in another bucket."
                )
            ),
            line(
                _(
                    "Allow the key's user s3:GetObject on this object again (and the use of its KMS key, if it has "
                    "one), and look for a Deny in the bucket's policy, and for Requester Pays where the bucket is "
                    "another account's. The links then work again at once."
                )
            ),
        ),
    ),
    Code.NOT_PUBLIC: Words(
        _("File is not public"),
        (
            line(
                _(
                    "It has no signature that the store could read, and the account gives its files only to "
                    "its own users."
                ),
                limit="account",
            ),
            line(
                _(
                    "It has no signature that the store could read, and without one the store refuses it. It is one of "
                    "these: the file is not public, or it was deleted."
                ),
                one_of="object-missing",
            ),
            line(
                _(
                    "It has no signature that the store could read, and the file is not public: without a signature "
                    "nobody gets it."
                )
            ),
        ),
        (
            line(
                _(
                    "Ask the sender for the whole link: the part after the question mark may have been lost "
                    "on its way. If it never had one, make a stable link to the file and send that; or make "
                    "the file public, if everybody may have it."
                )
            ),
        ),
    ),
    Code.LINK_REFUSED: Words(
        _("Link is no longer accepted"),
        (
            line(
                _(
                    "The service no longer accepts this link, although it does not expire until %(ends_at)s. "
                    "It is one of these: it was withdrawn, it was changed on its way, or the file was "
                    "deleted."
                )
            ),
            line(
                _(
                    "The service no longer accepts this link. It is one of these: it has expired, it was withdrawn, it "
                    "was changed on its way, or the file was deleted."
                )
            ),
        ),
        (line(_ASK_FOR_ANOTHER),),
    ),
    Code.RESPONSE_HEADER_REFUSED: Words(
        _("File name that S3 refuses"),
        (
            line(
                _(
                    "It asks for a header of the answer (%(parameter)s), which S3 allows in signed URLs only. "
                    "Without a signature it is refused."
                ),
                unsigned="yes",
            ),
            line(
                _(
                    "%(parameter)s contains characters beyond Latin-1, or line breaks: S3 refuses them from "
                    "the start. This store may not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "[%(parameter)s|The header that it asks for, such as a file name,] contains characters "
                    "beyond Latin-1, or line breaks: they cannot be sent as a header, and S3 refuses the "
                    "request."
                )
            ),
        ),
        (
            line(
                _(
                    "Remove the parameter, or sign the URL; or make a stable link to the same file and send "
                    "it to the customer."
                ),
                unsigned="yes",
            ),
            line(
                _(
                    "In the program that signs, write the file name as filename*=UTF-8''… with percent signs "
                    "(RFC 6266); or make a stable link to the same file: it does so automatically."
                )
            ),
        ),
    ),
}
