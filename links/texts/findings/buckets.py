"""The bucket, where it is, and its policy."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import SERVED_ANYWAY, Words
from links.texts.formatting import line

BUCKETS: Mapping[Code, Words] = {
    Code.BUCKET_MISSING: Words(
        _("Bucket does not exist"),
        (
            line(
                _(
                    "There is no [bucket “%(bucket)s”|such bucket] at the store: it was deleted, or its name or "
                    "address is wrong."
                )
            ),
        ),
        (
            line(
                _(
                    "It was signed elsewhere: whoever signs it has to correct the bucket's name or its address. If the "
                    "bucket was deleted at the store, revoke the link: on AWS, anyone could create a bucket with that "
                    "name. Put the file into another bucket, and replace this with a stable link to it."
                ),
                delivery="foreign",
            ),
            line(
                _(
                    "Check the bucket's endpoint and region on its page. A bucket's name cannot be changed here: if it "
                    "is wrong, add the bucket under the right name and make new links. If it was deleted at the store, "
                    "revoke its links: on AWS, anyone could create a bucket with that name. Put the objects into "
                    "another bucket and make new links."
                )
            ),
        ),
    ),
    Code.WRONG_REGION: Words(
        _("Signed for the wrong region"),
        (
            SERVED_ANYWAY,
            line(
                _(
                    "There is no host %(host)s: the names of S3's hosts in the region %(of_region)s end in "
                    ".%(suffix)s. It never worked."
                )
            ),
            line(
                _(
                    "It was signed without a region: X-Amz-Credential does not name one[, and the host "
                    "belongs to the region %(region)s]. It never worked."
                ),
                unnamed="yes",
            ),
            line(
                _(
                    "It was signed for the region “%(signed_for)s”, but Cloudflare R2 accepts only “auto” "
                    "and refuses it. It never worked."
                ),
                store="r2",
            ),
            line(
                _(
                    "It was signed for the region “%(signed_for)s”, but its host belongs to the region %(region)s: "
                    "Oracle then finds the key only if the account's home region is this one."
                ),
                store="oracle",
            ),
            line(
                _(
                    "It was signed for the region “%(signed_for)s”, but its host belongs to the region %(region)s, "
                    "which refuses it. It never worked."
                )
            ),
            line(
                _(
                    "It was signed for the region “%(signed_for)s”, where S3 has no Transfer Acceleration, "
                    "but its host is for Transfer Acceleration (s3-accelerate). It never worked."
                ),
                accelerated="yes",
            ),
            line(
                _(
                    "It was signed for the region “%(signed_for)s”, which cannot be reached by the global host "
                    "s3.amazonaws.com. It never worked."
                )
            ),
            line(_("The bucket is in the region %(region)s, but the link was signed for another one.")),
            line(_("The bucket is in another region, or at another address, than the link was signed for.")),
        ),
        (
            line(
                _(
                    "Sign for the host %(instead)s, or correct the endpoint of the bucket to end in .%(suffix)s. A "
                    "stable link then works at once."
                )
            ),
            line(
                _(
                    "In the program that signs, set the region to “auto”; or make a stable link to the same file and "
                    "send it to the customer."
                ),
                store="r2",
            ),
            *(
                line(
                    _(
                        "In the program that signs, set the region to “%(region)s”; or make a stable link to the same "
                        "file and send it to the customer."
                    ),
                    store=store,
                )
                for store in ("oracle", "other")
            ),
            line(
                _(
                    "Sign for the region %(region)s, or with the host of the region “%(own_region)s”: "
                    "whichever the bucket is in. A stable link does so automatically once its bucket's "
                    "region is right."
                )
            ),
            line(
                _(
                    "Sign with the host of the bucket's own region (%(own_host)s). A stable link does so "
                    "automatically once its bucket's region is right."
                )
            ),
            line(
                _(
                    "AWS has no region “%(signed_for)s”: the program that signs has to name the bucket's "
                    "real one. A stable link does so automatically once its bucket's region is right."
                )
            ),
            line(
                _(
                    "It was signed elsewhere: set the region[ to %(region)s] in the program that signs it. Or replace "
                    "it with a stable link to the same file, and send that to the customer."
                ),
                delivery="foreign",
            ),
            line(
                _(
                    "Set the bucket's region to %(region)s: stable links then work at once. Presigned links "
                    "must be made and sent again."
                )
            ),
            line(
                _(
                    "Find out where the bucket is and correct its region and endpoint: stable links then "
                    "work at once. Presigned links must be made and sent again."
                )
            ),
        ),
    ),
    Code.POLICY_LIMITS_AGE: Words(
        _("Policy limits the signature's age"),
        (
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge) under further conditions "
                    "that are not known here, and may refuse this one[ from %(ends_at)s]."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge) and has refused this one "
                    "since %(ended_at)s."
                ),
                verdict="broken",
            ),
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge) and will refuse this one "
                    "from %(fails_at)s."
                )
            ),
            line(
                _(
                    "A new signature works, but this one is refused before its end: most likely a policy limits the "
                    "age of a signature (s3:signatureAge)."
                ),
                verdict="broken",
            ),
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge), and this one is "
                    "supposed to work longer."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object and send it to the customer: it is signed at each click. "
                    "Or raise s3:signatureAge in the policy."
                )
            ),
        ),
    ),
    Code.POLICY_LIMITS_CALLERS: Words(
        _("Policy limits who may download"),
        (
            line(
                _(
                    "The bucket's policy allows only some addresses or networks (aws:SourceIp, "
                    "aws:SourceVpc, aws:SourceVpce): a link that works from here may be refused for the "
                    "customer."
                )
            ),
        ),
        (
            line(
                _(
                    "Exempt this object in the policy, or copy it to a bucket that is open to the customer's network "
                    "and make a link to the copy."
                )
            ),
        ),
    ),
    Code.POLICY_LIMITS_TIME: Words(
        _("Policy limits access by date"),
        (
            line(
                _(
                    "The bucket's policy refuses every download of this object[ from %(ended_at)s] until "
                    "%(starts_at)s: until then the link does not work."
                ),
                verdict="broken",
            ),
            line(
                _("The bucket's policy has refused every download of this object since %(ended_at)s."),
                verdict="broken",
            ),
            line(
                _(
                    "The bucket's policy allows the access key's user to read only until %(ends_at)s. From then on "
                    "the link works only if another policy allows it too."
                ),
                may="grant",
            ),
            line(
                _(
                    "The bucket's policy may refuse downloads of this object [from %(ends_at)s on|by date]: that has "
                    "further conditions, which are not known here."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy refuses every download of this object from %(fails_at)s on, before "
                    "the promised date."
                )
            ),
            line(_("The bucket's policy refuses downloads of this object at certain times, before the promised date.")),
        ),
        (
            line(
                _(
                    "Change the dates (aws:CurrentTime, aws:EpochTime) in the bucket's policy, or copy the "
                    "object to a bucket without them and make a link to the copy. No link can work after the "
                    "policy's date."
                )
            ),
        ),
    ),
    Code.POLICY_REFUSES_PRESIGNED: Words(
        _("Policy refuses presigned URLs"),
        (
            line(
                _(
                    "The bucket's policy may refuse presigned URLs (s3:authType): that has further conditions, which "
                    "are not known here."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy refuses presigned URLs (s3:authType): every link is such a URL, so "
                    "none of them works."
                )
            ),
        ),
        (
            line(
                _(
                    "Exempt the access key's user from the Deny on s3:authType in the bucket's policy, or copy the "
                    "object to a bucket without it and make a link to the copy."
                )
            ),
        ),
    ),
}
