"""The access key, whose it is, and what it may do."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

_NEW_KEY = (
    line(
        _(
            "Create an access key for an IAM user that may read this bucket, and replace the present key with it by "
            "rotate_key. Stable links use it at once; presigned links must be made and sent again."
        ),
        shown_by="command",
    ),
    line(
        _(
            "Create an access key for an IAM user that may read this bucket. Then press “Rotate this key” on the page "
            "of the present key and enter the new one. Stable links use it at once; presigned links must be made and "
            "sent again."
        )
    ),
)

KEYS: Mapping[Code, Words] = {
    Code.ROOT_KEY: Words(
        _("Root key of the account"),
        (
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] is the root key of its AWS account. It can do "
                    "everything there and must not be used to sign links."
                )
            ),
        ),
        _NEW_KEY,
    ),
    Code.NOT_AN_IAM_USER: Words(
        _("Key is not an IAM user's"),
        (
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] does not belong to an IAM user but to a role, a "
                    "federated user or a session, and what it signs ends when they do."
                )
            ),
        ),
        _NEW_KEY,
    ),
    Code.KEY_UNKNOWN: Words(
        _("Access key deleted or unknown"),
        (
            line(
                _(
                    "The store does not know [access key %(access_key_id)s|the access key]: most likely it was "
                    "deleted. Nothing that it signed works any more."
                )
            ),
        ),
        (
            line(
                _(
                    "It was signed elsewhere, and no key of this site can help. Replace it with a stable link to the "
                    "same file, and send that to the customer. If the key is only inactive at the store, whoever signs "
                    "with it can make it active again."
                ),
                delivery="foreign",
            ),
            line(
                _(
                    "Find the key in IAM. If it is there but inactive, make it active again. If it is gone, replace it "
                    "by rotate_key with a new access key of an IAM user: stable links work again at once; presigned "
                    "links must be made and sent again."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Find the key in IAM. If it is there but inactive, make it active again. If it is gone, press "
                    "“Rotate this key” and enter a new access key of an IAM user, or bind the bucket to another key on "
                    "its page: stable links work again at once; presigned links must be made and sent again."
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
            line(
                _(
                    "The store says that access key %(access_key_id)s has expired. Nothing that it signed works any "
                    "more."
                ),
                expired="yes",
            ),
            line(
                _(
                    "Access key %(access_key_id)s was made inactive. Nothing that it signed works "
                    "until it is active again."
                )
            ),
            line(
                _(
                    "The access key, or its user, was made inactive. Nothing that it signed works "
                    "until it is active again."
                )
            ),
        ),
        (
            line(
                _(
                    "It was signed elsewhere, and no key of this site can help. Whoever signs with that key can make "
                    "it, or its user, active again. If not, replace it with a stable link to the same file, and send "
                    "that to the customer."
                ),
                delivery="foreign",
            ),
            line(
                _(
                    "Extend the key at the store, if that is possible. If not, replace it by rotate_key with a new "
                    "access key: stable links work again at once; presigned links must be made and sent again."
                ),
                expired="yes",
                shown_by="command",
            ),
            line(
                _(
                    "Extend the key at the store, if that is possible. If not, press “Rotate this key” and enter a new "
                    "access key: stable links work again at once; presigned links must be made and sent again."
                ),
                expired="yes",
            ),
            line(
                _(
                    "Make the key or its user active again: all its links work again at once. If that is not "
                    "allowed, bind the bucket to another key; presigned links must be made and sent again."
                )
            ),
        ),
    ),
    Code.KEY_NOT_PROVED: Words(
        _("Key is not verified yet"),
        (
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] signs nothing yet: its store has not "
                    "answered who owns it. It is asked repeatedly."
                )
            ),
        ),
        (
            line(
                _(
                    "Check that this server can reach the key's endpoint (of AWS: STS in the key's region), then "
                    "verify the key again. Its links work as soon as the key is verified."
                )
            ),
        ),
    ),
    Code.ROTATION_DUE: Words(
        _("Key rotation before the promised date"),
        (
            line(
                _(
                    "[Access key %(access_key_id)s|The access key] is due for rotation[ on %(fails_at)s,] "
                    "before the promised date, and a presigned link stops working with the key that signed "
                    "it. Stable links are not affected."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object and send it to the customer before then, or keep "
                    "the old key active until the promised date."
                )
            ),
        ),
    ),
    Code.ACCOUNT_BLOCKED: Words(
        _("Account blocked at the store"),
        (
            line(
                _(
                    "The store treats it as public use, which the account of [access key "
                    "%(access_key_id)s|the access key] does not allow. It is one of these: the signature was "
                    "lost before it reached the store, or the store counts signed links as public use too."
                ),
                limit="public-use",
            ),
            line(
                _(
                    "The store has blocked the account of [access key %(access_key_id)s|the access key], or "
                    "a limit of it is reached. Nothing of that account can be downloaded until that is "
                    "solved."
                )
            ),
        ),
        (
            line(
                _(
                    "Ask the store's support to allow public use for the account, or copy the file to another store "
                    "and make a stable link to the copy."
                ),
                limit="public-use",
            ),
            line(
                _(
                    "Sign in at the store and check the account: an unpaid bill, a limit on downloads or "
                    "spending, or a closed account. The links work again as soon as the account does."
                )
            ),
        ),
    ),
}
