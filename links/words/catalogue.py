"""The words of every finding. A new finding is one entry in `CATALOGUE`.

The gaps of its lines are the finding's own params, its `bites_at`, `span` (of `seconds`) and `refusal` (of
`reason`); the conditions may ask for any of them, and for its `verdict`. Times in params are `ended_at`, `ends_at`
and `starts_at`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.words.lines import Line, line


@dataclass(frozen=True, slots=True)
class Words:
    """A title of a few words, and lines for the sentence and the cure, the most exact first."""

    title: str
    sentences: tuple[Line, ...]
    cures: tuple[Line, ...]


_SEND_STABLE_LINK = line(
    _("Make a stable link to the same object (or sign with an IAM user's own access key) and send it to the customer.")
)
_NEW_SIGNATURE = line(
    _("Make a stable link to the same object and send it to the customer; a signature cannot be prolonged.")
)
_NEW_KEY = line(
    _(
        "Create an access key for an IAM user that may read this bucket, add it here and bind the bucket to it. "
        "Stable links use it at once; presigned links have to be made anew and sent again."
    )
)

CATALOGUE: Mapping[Code, Words] = {
    Code.TEMPORARY_CREDENTIALS: Words(
        _("Signed with temporary credentials"),
        (
            line(
                _(
                    "Signed with temporary credentials: it dies when they do, by %(bites_at)s at the latest, "
                    "whatever lifetime was asked for."
                )
            ),
            line(
                _(
                    "Signed with temporary credentials: it dies when they do, whatever lifetime was asked for. "
                    "When that will be, the URL does not say."
                )
            ),
        ),
        (_SEND_STABLE_LINK,),
    ),
    Code.TEMPORARY_CREDENTIALS_ENDED: Words(
        _("Temporary credentials have ended"),
        (
            line(
                _(
                    "The temporary credentials that signed it (%(access_key_id)s) ended by %(ended_at)s at the latest, "
                    "and the link died with them: AWS gives none for longer than 36 hours."
                ),
            ),
            line(
                _(
                    "The temporary credentials that signed it (%(access_key_id)s) are no longer valid, and the link "
                    "died with them. This is how such credentials end; it does not mean that an access key was "
                    "deleted."
                )
            ),
            line(
                _(
                    "The temporary credentials that signed it are no longer valid, and the link died with them. "
                    "This is how such credentials end; it does not mean that an access key was deleted."
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
                    "It was signed with the temporary key %(access_key_id)s, but the session token is missing from "
                    "the URL. This store serves it all the same; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "It was signed with the temporary key %(access_key_id)s, but the session token is missing from "
                    "the URL: AWS refuses it from the start."
                )
            ),
            line(
                _(
                    "It was signed with a temporary key, but the session token is missing from the URL: AWS refuses "
                    "it from the start."
                )
            ),
        ),
        (_SEND_STABLE_LINK,),
    ),
    Code.MIXED_CREDENTIALS: Words(
        _("Static key with a foreign token"),
        (
            line(
                _(
                    "The URL carries the long-lived access key %(access_key_id)s together with a session token, "
                    "which cannot belong to it. This store serves it all the same; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The URL carries the long-lived access key %(access_key_id)s together with a session token, "
                    "which cannot belong to it: AWS refuses it from the start."
                )
            ),
            line(
                _(
                    "The URL carries a long-lived access key together with a session token, which cannot belong to "
                    "it: AWS refuses it from the start."
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
    Code.LONGER_THAN_SEVEN_DAYS: Words(
        _("Signed for over seven days"),
        (
            line(
                _(
                    "The signature asks for %(span)s (%(seconds)s seconds), but S3 allows 7 days (604800 seconds) "
                    "at most. This store serves it all the same; AWS would not."
                ),
                verdict="at_risk",
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
                    "Make a stable link to the same object and send it to the customer: it may live for years. "
                    "A presigned URL never lives longer than 7 days."
                )
            ),
        ),
    ),
    Code.SIGNATURE_ENDS_EARLY: Words(
        _("Signature ends before the promise"),
        (
            line(_("Its signature ends on %(ends_at)s, before the promise does.")),
            line(_("Its signature ends on %(bites_at)s, before the promise does.")),
            line(_("Its signature ends before the promise does.")),
        ),
        (_NEW_SIGNATURE,),
    ),
    Code.SIGNATURE_ENDED: Words(
        _("Signature has ended"),
        (
            line(
                _(
                    "Its signature ended on %(ended_at)s, before it was first seen here. If it was new then, the "
                    "clock of its signer is %(span)s behind."
                ),
                verdict="broken",
                one_of="clock-skew",
            ),
            line(
                _(
                    "Its signature ended on %(ended_at)s. The store still serves it, but may stop doing so at any "
                    "moment."
                ),
                verdict="at_risk",
            ),
            line(_("Its signature ended on %(ended_at)s, and the link with it.")),
            line(_("Its signature has ended, and the link with it.")),
        ),
        (_NEW_SIGNATURE,),
    ),
    Code.LEGACY_SIGNATURE: Words(
        _("Outdated signature (Version 2)"),
        (
            line(
                _("Signed with the outdated Signature Version 2, which the store refuses here."),
                verdict="broken",
            ),
            line(
                _(
                    "Signed with the outdated Signature Version 2, which S3 refuses in newer regions, for newer "
                    "buckets and for objects encrypted with KMS."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object (or sign with Signature Version 4) and send it to the "
                    "customer."
                )
            ),
        ),
    ),
    Code.ROOT_KEY: Words(
        _("Root key of the account"),
        (
            line(
                _(
                    "Access key %(access_key_id)s is the root key of its AWS account. It can do everything there and "
                    "must not be used to sign links."
                )
            ),
            line(
                _(
                    "The access key is the root key of its AWS account. It can do everything there and must not be "
                    "used to sign links."
                )
            ),
        ),
        (_NEW_KEY,),
    ),
    Code.NOT_AN_IAM_USER: Words(
        _("Key is not an IAM user's"),
        (
            line(
                _(
                    "Access key %(access_key_id)s does not belong to an IAM user but to a role, a federated user or "
                    "a session, and what it signs ends when they do."
                )
            ),
            line(
                _(
                    "The access key does not belong to an IAM user but to a role, a federated user or a session, "
                    "and what it signs ends when they do."
                )
            ),
        ),
        (_NEW_KEY,),
    ),
    Code.KEY_UNKNOWN: Words(
        _("Access key deleted or unknown"),
        (
            line(
                _(
                    "The store does not know access key %(access_key_id)s: most likely it was deleted. Nothing that "
                    "it signed works any more."
                )
            ),
            line(
                _(
                    "The store does not know the access key: most likely it was deleted. Nothing that it signed "
                    "works any more."
                )
            ),
        ),
        (
            line(
                _(
                    "Look the key up in IAM. If it is there but inactive, make it active again. If it is gone, add "
                    "a new access key of an IAM user and bind the bucket to it: stable links work again at once; "
                    "presigned links have to be made anew and sent again."
                )
            ),
        ),
    ),
    Code.KEY_INACTIVE: Words(
        _("Access key is inactive"),
        (
            line(
                _("The user of access key %(access_key_id)s is suspended at the store."),
                store_code="UserSuspended",
            ),
            line(_("Access key %(access_key_id)s was made inactive. Nothing that it signed works meanwhile.")),
            line(_("The access key, or its user, was made inactive. Nothing that it signed works meanwhile.")),
        ),
        (
            line(
                _(
                    "Make the key or its user active again: all its links work again at once. If that must not be, "
                    "bind the bucket to another key; presigned links have to be made anew and sent again."
                )
            ),
        ),
    ),
    Code.KEY_NOT_PROVED: Words(
        _("Key is not proved yet"),
        (
            line(
                _(
                    "Access key %(access_key_id)s signs nothing yet: AWS has not answered whether it is an IAM "
                    "user's. It is asked again and again."
                )
            ),
            line(
                _(
                    "The access key signs nothing yet: AWS has not answered whether it is an IAM user's. It is "
                    "asked again and again."
                )
            ),
        ),
        (
            line(
                _(
                    "Check that this server can reach AWS's STS in the key's region, then prove the key again. Its "
                    "links work as soon as it is proved."
                )
            ),
        ),
    ),
    Code.SIGNATURE_MISMATCH: Words(
        _("Signature does not match"),
        (
            line(
                _(
                    "The store says that the signature does not match. It is one of these: the secret of access key "
                    "%(access_key_id)s is wrong or was changed, or the URL was changed on its way."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "The store says that the signature does not match. It is one of these: the secret of the access "
                    "key is wrong or was changed, or the URL was changed on its way."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "The store knows access key %(access_key_id)s, but what it signs does not match: its secret is "
                    "wrong or was changed."
                )
            ),
            line(
                _(
                    "The store knows the access key, but what it signs does not match: its secret is wrong or was "
                    "changed."
                )
            ),
        ),
        (
            line(
                _(
                    "Compare the URL, letter by letter, with the one that was signed. If they are the same, make a "
                    "stable link to the same object and send it to the customer."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "Enter the key's present secret, or add a new access key and bind the bucket to it: stable links "
                    "work again at once. Presigned links have to be made anew and sent again."
                )
            ),
        ),
    ),
    Code.ROTATION_DUE: Words(
        _("Key rotation before promise ends"),
        (
            line(
                _(
                    "Access key %(access_key_id)s is due for rotation on %(bites_at)s, before the promise ends, and "
                    "a presigned link dies with the key that signed it. Stable links are not affected."
                )
            ),
            line(
                _(
                    "The access key is due for rotation before the promise ends, and a presigned link dies with the "
                    "key that signed it. Stable links are not affected."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object and send it to the customer before then, or keep the old "
                    "key active until the promise is over."
                )
            ),
        ),
    ),
    Code.ACCOUNT_BLOCKED: Words(
        _("Account blocked at the store"),
        (
            line(
                _(
                    "The store has blocked the account of access key %(access_key_id)s, or a limit of it is reached. "
                    "Nothing of that account is served meanwhile."
                )
            ),
            line(
                _(
                    "The store has blocked the account of the access key, or a limit of it is reached. Nothing of "
                    "that account is served meanwhile."
                )
            ),
        ),
        (
            line(
                _(
                    "Sign in at the store and look at the account: an unpaid bill, a limit on downloads or spending, "
                    "or a closed account. The links work again as soon as the account does."
                )
            ),
        ),
    ),
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
                _("The store knows access key %(access_key_id)s, but no longer lets it read the object."),
            ),
            line(_("The store knows the access key, but no longer lets it read the object.")),
        ),
        (
            line(
                _(
                    "Look whether the object is in the bucket. If it is, allow the key's user s3:GetObject on it; if "
                    "not, upload it again under the same name. Or make a stable link and send it to the customer."
                ),
                one_of="object-missing",
            ),
            line(
                _(
                    "Look the key up at the store. If it is active, allow its user s3:GetObject on this object. Or "
                    "make a stable link to the same object and send it to the customer."
                ),
                one_of="key-unknown",
            ),
            line(
                _(
                    "Allow the key's user s3:GetObject on this object again (and the use of its KMS key, if it has "
                    "one), and look for a Deny in the bucket's policy. The links then work again at once."
                )
            ),
        ),
    ),
    Code.OBJECT_MISSING: Words(
        _("Object is missing"),
        (
            line(
                _(
                    "The store refuses “%(object)s” without saying why. It is one of these: the object was deleted, "
                    "or the key may no longer read it."
                ),
                one_of="permission-lost",
            ),
            line(
                _(
                    "The store refuses the object without saying why. It is one of these: the object was deleted, "
                    "or the key may no longer read it."
                ),
                one_of="permission-lost",
            ),
            line(
                _("The object “%(object)s” was deleted, but the bucket keeps versions: it can be recovered."),
                recoverable="yes",
            ),
            line(
                _("The object was deleted, but the bucket keeps versions: it can be recovered."),
                recoverable="yes",
            ),
            line(_("The object “%(object)s” is not in the bucket: it was deleted or renamed.")),
            line(_("The object is not in the bucket: it was deleted or renamed.")),
        ),
        (
            line(
                _(
                    "Look whether the object is in the bucket. If it is, allow the key's user s3:GetObject on it; if "
                    "not, upload it again under the same name. With s3:ListBucket allowed, Holdfast can tell which."
                ),
                one_of="permission-lost",
            ),
            line(
                _("Remove the object's delete marker in the bucket: the link then works again at once."),
                recoverable="yes",
            ),
            line(
                _(
                    "Upload the object again under the same name: the link then works again at once. If it was "
                    "deleted on purpose, revoke the link."
                )
            ),
        ),
    ),
    Code.OBJECT_REPLACED: Words(
        _("Another file behind the link"),
        (
            line(
                _(
                    "“%(object)s” was replaced since the link was made. "
                    "The link has stopped: it would lead to another file."
                ),
                delivery="stable",
            ),
            line(_("“%(object)s” was replaced since the link was made: customers now get another file.")),
            line(_("The object was replaced since the link was made: customers now get another file.")),
        ),
        (
            line(
                _(
                    "If that was meant, let the link follow the latest file, on its page. If not, upload the original "
                    "file again under the same name: the link works again from its next validation on. That comes by "
                    "itself, within minutes where the link has just stopped, within hours where it stopped long ago, "
                    "and at once with “Validate now” on its page."
                ),
                delivery="stable",
            ),
            line(
                _(
                    "If that was meant, let the link follow the latest file, on its page; if not, upload the original "
                    "file again under the same name."
                )
            ),
        ),
    ),
    Code.VERSION_MISSING: Words(
        _("Object version is missing"),
        (
            line(_("The version of “%(object)s” that the link leads to was deleted, or is a delete marker.")),
            line(_("The version of the object that the link leads to was deleted, or is a delete marker.")),
        ),
        (line(_("Make a new link to a version that exists and send it to the customer.")),),
    ),
    Code.LIFECYCLE_DELETES: Words(
        _("Lifecycle rule deletes the object"),
        (
            line(
                _(
                    "The bucket's lifecycle rule “%(rule)s” deletes “%(object)s” on %(bites_at)s, before the "
                    "promise ends."
                )
            ),
            line(_("A lifecycle rule of the bucket deletes “%(object)s” on %(bites_at)s, before the promise ends.")),
            line(_("A lifecycle rule of the bucket deletes the object on %(bites_at)s, before the promise ends.")),
            line(_("A lifecycle rule of the bucket deletes the object before the promise ends.")),
        ),
        (
            line(
                _(
                    "Before then, exempt the object from the rule, or copy it to where no rule deletes it and make a "
                    "link to the copy."
                )
            ),
        ),
    ),
    Code.ARCHIVED: Words(
        _("Object has been archived"),
        (
            line(
                _(
                    "“%(object)s” lies in the archive storage class %(storage_class)s and cannot be downloaded until "
                    "it is restored."
                )
            ),
            line(_("“%(object)s” has been archived and cannot be downloaded until it is restored.")),
            line(_("The object has been archived and cannot be downloaded until it is restored.")),
        ),
        (
            line(
                _(
                    "Restore the object for as long as the promise runs, or copy it back to the Standard storage "
                    "class. The link then works again."
                )
            ),
        ),
    ),
    Code.LIFECYCLE_ARCHIVES: Words(
        _("Lifecycle rule archives the object"),
        (
            line(
                _(
                    "A lifecycle rule of the bucket archives “%(object)s” on %(bites_at)s, before the promise ends; "
                    "it cannot be downloaded from then on."
                )
            ),
            line(
                _(
                    "A lifecycle rule of the bucket archives the object before the promise ends; it cannot be "
                    "downloaded from then on."
                )
            ),
        ),
        (
            line(
                _(
                    "Before then, exempt the object from the rule, or copy it to where no rule archives it and make "
                    "a link to the copy."
                )
            ),
        ),
    ),
    Code.RESTORE_ENDS: Words(
        _("Restored copy ends early"),
        (
            line(_("“%(object)s” is archived, and its restored copy ends on %(bites_at)s, before the promise does.")),
            line(_("The object is archived, and its restored copy ends before the promise does.")),
        ),
        (
            line(
                _(
                    "Before then, restore the object again for as long as the promise runs, or copy it back to the "
                    "Standard storage class."
                )
            ),
        ),
    ),
    Code.BUCKET_MISSING: Words(
        _("Bucket does not exist"),
        (
            line(_("There is no bucket “%(bucket)s” at the store: it was deleted, or its name or address is wrong.")),
            line(_("There is no such bucket at the store: it was deleted, or its name or address is wrong.")),
        ),
        (
            line(
                _(
                    "Check the bucket's name and endpoint. If it was deleted, revoke its links: on AWS anybody may "
                    "take the name. Put the objects into another bucket and make new links."
                )
            ),
        ),
    ),
    Code.WRONG_REGION: Words(
        _("Signed for the wrong region"),
        (
            line(_("The bucket lives in the region %(region)s, but the link was signed for another one.")),
            line(_("The bucket lives in another region, or at another address, than the link was signed for.")),
        ),
        (
            line(
                _(
                    "Set the bucket's region to %(region)s: stable links then work at once. Presigned links have to "
                    "be made anew and sent again."
                )
            ),
            line(
                _(
                    "Look up where the bucket lives and correct its region and endpoint: stable links then work at "
                    "once. Presigned links have to be made anew and sent again."
                )
            ),
        ),
    ),
    Code.POLICY_LIMITS_AGE: Words(
        _("Policy limits the signature's age"),
        (
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge) under further conditions that "
                    "are not known here, and may refuse this one from %(ends_at)s."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy limits the age of a signature (s3:signatureAge) under further conditions that "
                    "are not known here, and may refuse this one."
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
                    "from %(bites_at)s."
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
                    "The bucket's policy limits the age of a signature (s3:signatureAge), and this one is to live "
                    "longer."
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
                    "The bucket's policy admits only some addresses or networks (aws:SourceIp, aws:SourceVpc, "
                    "aws:SourceVpce): what works from here may be refused to the customer."
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
                    "The bucket's policy refuses every download of this object from %(ended_at)s until %(starts_at)s: "
                    "until then the link does not work."
                ),
                verdict="broken",
            ),
            line(
                _(
                    "The bucket's policy refuses every download of this object until %(starts_at)s: until then the "
                    "link does not work."
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
                    "The bucket's policy may refuse downloads of this object from %(ends_at)s on: that has further "
                    "conditions, which are not known here."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy may refuse downloads of this object by date: that has further conditions, "
                    "which are not known here."
                ),
                may="denial",
            ),
            line(
                _(
                    "The bucket's policy refuses every download of this object from %(bites_at)s on, before the "
                    "promise ends."
                )
            ),
            line(_("The bucket's policy refuses downloads of this object by date, before the promise ends.")),
        ),
        (
            line(
                _(
                    "Change the dates (aws:CurrentTime, aws:EpochTime) in the bucket's policy, or copy the object to "
                    "a bucket without them and make a link to the copy. No link can outlive the policy's date."
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
                    "The bucket's policy refuses presigned URLs (s3:authType): whatever is signed in the address "
                    "itself, as every link is, does not work."
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
    Code.ENCRYPTION_KEY: Words(
        _("Encryption key cannot be used"),
        (
            line(
                _(
                    "The store cannot decrypt the object: its encryption key is disabled, is gone, or may not be "
                    "used by the access key."
                )
            ),
        ),
        (
            line(
                _(
                    "Enable the object's KMS key and allow the access key's user kms:Decrypt on it. Objects with a "
                    "customer-provided key (SSE-C) cannot be shared by a link: share a copy without one."
                )
            ),
        ),
    ),
    Code.CLOCK_SKEW: Words(
        _("Clock is wrong"),
        (
            line(_("This server's clock is %(span)s behind the clock of %(host)s."), whose="ours", side="behind"),
            line(_("This server's clock is %(span)s ahead of the clock of %(host)s."), whose="ours", side="ahead"),
            line(
                _("The clock of this server is wrong: what it signs seems too early or too late to the store."),
                whose="ours",
            ),
            line(
                _("The signer's clock was ahead: the link does not work before %(starts_at)s."),
                whose="signer",
            ),
            line(_("The signer's clock was ahead: the link does not work yet."), whose="signer"),
            line(_("The clock of the signer, of this server or of the store is wrong.")),
        ),
        (
            line(
                _("Set this server's clock by NTP. Stable links work again as soon as it is right."),
                whose="ours",
            ),
            line(
                _(
                    "Set the clock of the machine that signs by NTP, then make the link anew, or make a stable link "
                    "to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.URL_CHANGED: Words(
        _("URL was changed"),
        (
            line(
                _(
                    "Parameters stand in the URL that no signer writes (%(what)s). If they were added after signing, "
                    "the store refuses the link."
                ),
                verdict="at_risk",
            ),
            line(_("The URL is not as it was signed: something was added, lost or changed on its way (%(what)s).")),
            line(_("The URL is not as it was signed: something was added, lost or changed on its way.")),
        ),
        (
            line(
                _(
                    "Send the customer the URL exactly as it was signed, or a stable link, which is short and breaks "
                    "less easily. Mail programs and link trackers are common causes."
                )
            ),
        ),
    ),
    Code.HEADERS_SIGNED: Words(
        _("Signed with other headers"),
        (
            line(
                _(
                    "The signature covers headers that a browser does not send as they were signed (%(headers)s). It "
                    "was served all the same, but need not be to the customer."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature covers headers that a browser does not send as they were signed (%(headers)s): "
                    "whoever only opens the link is refused."
                )
            ),
            line(
                _(
                    "The signature covers headers that a browser does not send as they were signed: whoever only "
                    "opens the link is refused."
                )
            ),
        ),
        (
            line(
                _(
                    "Sign the URL anew with the header “host” alone, or make a stable link to the same object, and "
                    "send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_ENDS_EARLY: Words(
        _("CloudFront policy ends too early"),
        (
            line(_("The policy of the CloudFront URL ends on %(ends_at)s, before the promise does.")),
            line(_("The policy of the CloudFront URL ends on %(bites_at)s, before the promise does.")),
            line(_("The policy of the CloudFront URL ends before the promise does.")),
        ),
        (_NEW_SIGNATURE,),
    ),
    Code.CLOUDFRONT_ENDED: Words(
        _("CloudFront policy has ended"),
        (
            line(
                _(
                    "The policy of the CloudFront URL ended on %(ended_at)s. It is still served, but that may stop "
                    "at any moment."
                ),
                verdict="at_risk",
            ),
            line(_("The policy of the CloudFront URL ended on %(ended_at)s, and the link with it.")),
            line(_("The policy of the CloudFront URL has ended, and the link with it.")),
        ),
        (_NEW_SIGNATURE,),
    ),
    Code.CLOUDFRONT_STARTS_LATER: Words(
        _("CloudFront policy has not begun"),
        (
            line(_("The policy of the CloudFront URL begins on %(starts_at)s: before then it does not work.")),
            line(_("The policy of the CloudFront URL has not begun yet: until then it does not work.")),
        ),
        (
            line(
                _(
                    "Tell the customer from when it works. If it should work now, sign the URL anew without "
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
                    "The policy of the CloudFront URL is for another address than the URL's own (%(resource)s). It "
                    "was served all the same, but that may stop at any moment."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The policy of the CloudFront URL is for another address than the URL's own (%(resource)s): "
                    "CloudFront refuses it."
                )
            ),
            line(
                _("The policy of the CloudFront URL is for another address than the URL's own: CloudFront refuses it.")
            ),
        ),
        (
            line(
                _(
                    "Sign the URL anew with its own address as the policy's Resource, or make a stable link to the "
                    "same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_LIMITS_CALLERS: Words(
        _("CloudFront policy admits some addresses only"),
        (
            line(
                _(
                    "The policy of the CloudFront URL admits %(callers)s only: from anywhere else it is refused, "
                    "whatever works from here."
                )
            ),
            line(
                _(
                    "The policy of the CloudFront URL admits some addresses only: from anywhere else it is refused, "
                    "whatever works from here."
                )
            ),
        ),
        (
            line(
                _(
                    "If the customer opens it from elsewhere, sign the URL anew without IpAddress, or make a stable "
                    "link to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.CLOUDFRONT_KEY_UNKNOWN: Words(
        _("CloudFront key pair unknown"),
        (
            line(
                _(
                    "CloudFront does not know the key pair %(access_key_id)s: it was removed, or the distribution no "
                    "longer trusts it."
                )
            ),
            line(_("CloudFront does not know the key pair: it was removed, or the distribution no longer trusts it.")),
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
    Code.UNREACHABLE: Words(
        _("Store cannot be reached"),
        (
            line(_("The name %(host)s does not resolve. The link itself may be sound."), what="unresolved"),
            line(_("%(host)s accepts no connection. The link itself may be sound."), what="connect"),
            line(
                _("No secure connection to %(host)s can be made: its certificate or TLS is wrong."),
                what="tls",
            ),
            line(_("%(host)s broke the connection off. The link itself may be sound."), what="reset"),
            line(
                _("This server is not allowed to ask %(host)s, so nobody can tell how the link fares."),
                what="forbidden",
            ),
            line(
                _("%(host)s sends elsewhere, as a store does not. The link itself may be sound."),
                what="redirect",
            ),
            line(
                _(
                    "%(host)s answered, but not as a store does: most likely a proxy in between. The link itself may "
                    "be sound."
                ),
                what="stranger",
            ),
            line(_("%(host)s cannot be reached. The link itself may be sound.")),
            line(_("The store cannot be reached. The link itself may be sound.")),
        ),
        (
            line(
                _(
                    "If you trust this host, add it to PROBE_ALLOWED_HOSTS, or register its bucket. Internal addresses "
                    "are never asked."
                ),
                what="forbidden",
            ),
            line(_("Renew or correct the certificate of the host; customers cannot connect either."), what="tls"),
            line(
                _(
                    "Check the address, the network between this server and the store, and the store itself, then ask "
                    "again."
                ),
                asked="once",
            ),
            line(
                _(
                    "Check the address, the network between this server and the store, and the store itself. It is "
                    "tried again by itself."
                )
            ),
        ),
    ),
    Code.CERTIFICATE_ENDS: Words(
        _("Store's certificate ends soon"),
        (
            line(
                _(
                    "The certificate of %(host)s ends on %(bites_at)s, before the promise does, and has not been "
                    "renewed yet."
                )
            ),
            line(_("The store's certificate ends before the promise does, and has not been renewed yet.")),
        ),
        (line(_("Ask whoever runs the store to renew its certificate before then.")),),
    ),
    Code.STORE_OVERLOADED: Words(
        _("Store is overloaded or down"),
        (
            line(_("%(host)s did not answer in time. The link itself may be sound."), what="timeout"),
            line(_("%(host)s says that it is overloaded or down. The link itself may be sound.")),
            line(_("The store is overloaded or down. The link itself may be sound.")),
        ),
        (
            line(
                _("Look at the store's status page, and ask again later. Nothing has to be done to the link."),
                asked="once",
            ),
            line(
                _(
                    "Look at the store's status page, and wait: it is tried again by itself, and nothing has to be "
                    "done to the links."
                )
            ),
        ),
    ),
    Code.REFUSED_OTHER: Words(
        _("Refused for another reason"),
        (
            line(
                _(
                    "The store refuses the link with “%(store_code)s” (HTTP %(status)s), a reason that Holdfast does "
                    "not know."
                )
            ),
            line(_("The store refuses the link with “%(store_code)s”, a reason that Holdfast does not know.")),
            line(_("The store refuses the link for a reason that Holdfast does not know.")),
        ),
        (
            line(
                _(
                    "Look “%(store_code)s” up in the store's documentation. Until it is mended, send the customer "
                    "the file in another way."
                )
            ),
            line(
                _(
                    "Test the bucket, and ask whoever runs the store. Until it is mended, send the customer the file "
                    "in another way."
                )
            ),
        ),
    ),
    Code.GATE_REFUSED: Words(
        _("No sound URL can be signed"),
        (
            line(_("No URL that may be handed out can be signed for it. %(refusal)s")),
            line(_("No URL that may be handed out can be signed for it.")),
        ),
        (
            line(
                _(
                    "Test the bucket, and correct its key, region, endpoint or addressing. Its stable links work as "
                    "soon as the test passes."
                )
            ),
        ),
    ),
    Code.BASE_URL_CHANGED: Words(
        _("Address of this site changed"),
        (
            line(
                _(
                    "Links were handed out under %(was)s, but this site is now %(now)s: what customers hold may lead "
                    "nowhere."
                )
            ),
            line(
                _("The address of this site (BASE_URL) has changed: what customers hold may lead nowhere."),
            ),
        ),
        (
            line(
                _(
                    "Let the old address lead here as long as links under it are promised, or set BASE_URL back. "
                    "Otherwise send the customers their links anew."
                )
            ),
        ),
    ),
    Code.WATCH_STOPPED: Words(
        _("Nobody is watching the links"),
        (
            line(_("No link has been validated since %(ended_at)s, although some are due: the watch has stopped.")),
            line(_("No link is being validated, although some are due: the watch has stopped.")),
        ),
        (line(_("Start the Celery worker and Celery beat again, and look at their logs and at Redis.")),),
    ),
    Code.SECRETS_UNREADABLE: Words(
        _("Stored secrets cannot be read"),
        (
            line(
                _("None of ENCRYPTION_KEYS can read the stored secrets: no key can be used and no link can be signed.")
            ),
        ),
        (
            line(
                _(
                    "Put the former key back into ENCRYPTION_KEYS, after the newest one, and restart. Links work "
                    "again at once. If it is lost, enter the secrets of all signing keys anew."
                )
            ),
        ),
    ),
}
