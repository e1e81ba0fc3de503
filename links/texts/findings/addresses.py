"""The address that a URL leads to, against what it was signed for."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import SERVED_ANYWAY, Words
from links.texts.formatting import line

_NEW_LINK = _("Make a stable link to the same file and send it to the customer.")

ADDRESSES: Mapping[Code, Words] = {
    Code.WRONG_SERVICE: Words(
        _("Signed for another service"),
        (
            SERVED_ANYWAY,
            line(
                _(
                    "It was signed for the service “%(signed_for)s”, but its host accepts only signatures "
                    "for “%(service)s”. It never worked."
                )
            ),
            line(_("It was signed for another service than its host accepts. It never worked.")),
        ),
        (
            line(
                _(
                    "[Whoever made it has to sign for the service “%(service)s”.|Whoever made it has to sign for the "
                    "host's own service.] Or make a stable link to the same file and send it to the customer."
                )
            ),
        ),
    ),
    Code.BUCKET_WITH_DOTS: Words(
        _("Bucket name with dots"),
        (
            SERVED_ANYWAY,
            line(
                _(
                    "The bucket's name [“%(bucket)s” |]contains dots and is part of the host name. AWS's "
                    "certificate does not cover such a name, so every browser warns or refuses."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same file: it is signed with the bucket's name in the path. In your "
                    "own code, set the addressing style to “path”."
                )
            ),
        ),
    ),
    Code.WEBSITE_ENDPOINT: Words(
        _("Website endpoint ignores signatures"),
        (
            line(
                _(
                    "It leads to a website endpoint of S3, which ignores signatures and gives out only "
                    "public files. The signature has no effect, and a private file is refused."
                )
            ),
        ),
        (line(_NEW_LINK),),
    ),
    Code.ONE_REGION_SIGNED: Words(
        _("Multi-region host, single-region signature"),
        (
            line(
                _(
                    "It leads to a multi-region access point, but was signed for [the region %(signed_for)s|one "
                    "region] only (SigV4). It is refused wherever AWS answers from another region."
                )
            ),
        ),
        (
            line(
                _(
                    "Ask whoever made it to sign with SigV4A for any region (region set “*”), or make a stable link to "
                    "the bucket itself."
                )
            ),
        ),
    ),
    Code.PRESIGNED_NOT_SERVED: Words(
        _("Presigned URLs refused at this host"),
        (
            line(
                _(
                    "It was signed by Cloudflare R2 for %(host)s, but R2 accepts presigned URLs only at its "
                    "own hosts (….r2.cloudflarestorage.com), not on a custom domain."
                ),
                store="r2",
            ),
            line(
                _(
                    "It was signed for CloudFront (Key-Pair-Id), but leads to the store itself (%(host)s), "
                    "which does not know this kind of signature and refuses it. It never worked."
                ),
                store="cloudfront",
            ),
            line(
                _(
                    "The bucket is in the path, but the hosts of Transfer Acceleration (s3-accelerate) "
                    "accept it only in the host name. It never worked."
                ),
                store="accelerate",
            ),
            line(
                _(
                    "[%(host)s|Its host] belongs to a content network (CDN). The store behind it is asked under "
                    "another name and then refuses the signature."
                )
            ),
        ),
        (
            line(
                _(
                    "Put the CloudFront distribution's host into the URL instead of %(host)s, before it is signed; or "
                    "make a stable link to the same file and send it to the customer."
                ),
                store="cloudfront",
            ),
            line(
                _(
                    "Sign with the bucket in the host (virtual-host style); or make a stable link to the same file and "
                    "send it to the customer."
                ),
                store="accelerate",
            ),
            line(
                _(
                    "Sign for the store's own host, not for the domain in front of it; or make a stable link to the "
                    "same file and send it to the customer."
                )
            ),
        ),
    ),
    Code.KEY_ID_IMPOSSIBLE: Words(
        _("No such access key can exist"),
        (
            SERVED_ANYWAY,
            line(
                _(
                    "It has “%(access_key_id)s” in place of an access key: the program that signed it had "
                    "none, for example because a setting was empty. It never worked."
                ),
                word="yes",
            ),
            line(
                _(
                    "It names the access key “%(access_key_id)s”, which cannot be one of this store: the store says "
                    "that its length is wrong. It never worked."
                ),
                said="length",
            ),
            line(
                _("It names the access key “%(access_key_id)s”, which cannot be a key of AWS. It never worked."),
            ),
            line(
                _(
                    "It names no access key: the program that signed it had none, for example because a "
                    "setting was empty. It never worked."
                )
            ),
        ),
        (
            line(
                _(
                    "Sending it again does not help. Whoever made it has to give the program its access key; "
                    "or make a stable link to the same file and send it to the customer."
                )
            ),
        ),
    ),
    Code.OBJECT_KEY_TOO_LONG: Words(
        _("File name too long for S3"),
        (
            line(
                _("The name of the object has %(bytes)s bytes. S3 allows 1024 at most; this store may allow more."),
                verdict="at_risk",
            ),
            line(
                _(
                    "The name of the object has [%(bytes)s|too many] bytes. S3 allows 1024 at most, so no such object "
                    "can exist; a letter beyond ASCII takes two to four of them."
                )
            ),
        ),
        (line(_("Find the object in the bucket and make a link with its real name.")),),
    ),
}
