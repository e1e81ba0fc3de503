"""Why a key was not taken, or not rotated."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

KEYS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.KEY_REFUSED: (
        line(_("This access key cannot be used. Enter the access key of an IAM user, which does not expire.")),
    ),
    Reason.KEY_TOKEN: (
        line(
            _(
                "A key with a session token is temporary: links would stop working with it. Enter the access "
                "key of an IAM user, without a token."
            )
        ),
    ),
    Reason.KEY_ID_EMPTY: (line(_("The access key id is missing. Enter both the id and the secret of the key.")),),
    Reason.KEY_SECRET_EMPTY: (
        line(_("The secret of [access key %(access_key_id)s|the access key] is missing. Enter it.")),
    ),
    Reason.KEY_TEMPORARY: (
        line(
            _(
                "[%(access_key_id)s|This] is a temporary key (its id starts with ASIA). Links would stop "
                "working within hours. Enter the access key of an IAM user. Its id starts with AKIA."
            )
        ),
    ),
    Reason.KEY_ID_MALFORMED: (
        line(
            _(
                "This is not an access key id. It must have 3 to 128 letters, digits or signs, without "
                "spaces or slashes. Copy it again."
            )
        ),
    ),
    Reason.KEY_ID_SHORT: (
        line(
            _(
                "[“%(access_key_id)s”|This] is only the beginning of an access key id: at AWS it has 16 characters or "
                "more. Copy it again, whole. For a key of another store, enter its endpoint, too."
            )
        ),
    ),
    Reason.KEY_SECRET_MALFORMED: (
        line(_("The secret has spaces around it or characters that cannot be printed. Copy it again.")),
    ),
    Reason.KEY_OF_ROOT: (
        line(
            _(
                "This is the root key of an AWS account, which can do everything there. Create an IAM user that may "
                "only read the bucket, and enter its access key."
            )
        ),
    ),
    Reason.KEY_OF_ROLE: (
        line(_("This key belongs to an assumed role[ (%(arn)s)] and expires. Enter the access key of an IAM user.")),
    ),
    Reason.KEY_OF_FEDERATED_USER: (
        line(_("This key belongs to a federated user[ (%(arn)s)] and expires. Enter the access key of an IAM user.")),
    ),
    Reason.KEY_OF_STRANGER: (
        line(_("The store says that this key belongs to %(arn)s, which is not an IAM user. Enter an IAM user's key.")),
        line(_("The owner of this key is not an IAM user. Enter the access key of an IAM user.")),
    ),
    Reason.KEY_SESSION: (
        line(_("This key belongs to a temporary session and expires. Enter the access key of an IAM user.")),
    ),
    Reason.KEY_SECRET_WRONG: (
        line(
            _(
                "The secret does not belong to [access key %(access_key_id)s|the access key]. Copy the secret again, "
                "or check the access key ID."
            )
        ),
    ),
    Reason.KEY_UNKNOWN_TO_STORE: (
        line(
            _(
                "The store does not know [access key %(access_key_id)s|this access key]: it was deleted, is "
                "inactive, or belongs to another store. Check it there, or enter another key."
            )
        ),
    ),
    Reason.KEY_PENDING: (
        line(
            _(
                "The key[ “%(key)s”] cannot sign until [%(host)s|its store] has confirmed whose it is. Check the key's "
                "endpoint and that this server can reach it, then verify the key again."
            )
        ),
    ),
    Reason.KEY_KNOWN: (
        line(
            _(
                "Access key %(access_key_id)s is already registered with the label “%(label)s”. Use that "
                "one, or enter another key."
            ),
            taken="id",
        ),
        line(
            _(
                "Access key %(access_key_id)s is already here, as “%(label)s”. To sign with it, open each bucket of "
                "this key (they are named on this page) and choose “%(label)s” as its signing key. Or enter another "
                "key."
            ),
            taken="by-another",
        ),
        line(
            _("The label “%(label)s” is taken by another signing key. Choose another label."),
            taken="label",
        ),
        line(
            _(
                "There is already a signing key with [the label “%(label)s” or the id %(access_key_id)s|this label "
                "or id]. Use that one, or choose another label."
            )
        ),
    ),
}

CORRECTION: Mapping[Reason, tuple[Line, ...]] = {
    Reason.KEY_UNTRIED: (
        line(
            _(
                "The secret could not be tried, because the store did not answer[ for: %(buckets)s]. Nothing was "
                "changed. Check the endpoint, or try again in a while."
            )
        ),
    ),
}

ROTATION: Mapping[Reason, tuple[Line, ...]] = {
    Reason.KEY_REPLACED: (
        line(_("The key[ “%(key)s”] was replaced and no longer signs. Use the key that replaced it.")),
    ),
    Reason.ROTATION_SAME_KEY: (
        line(
            _(
                "[%(access_key_id)s|This] is the key that is to be replaced; nothing was changed. Create a second "
                "access key for its user, and enter that one."
            )
        ),
    ),
    Reason.ROTATION_KEY_PENDING: (
        line(
            _(
                "[%(host)s|The store] was asked whose key [%(access_key_id)s|this] is and gave no useful "
                "answer, so nothing was changed. Check that this server reaches it and that its clock is "
                "right, then try again."
            )
        ),
    ),
    Reason.ROTATION_BUCKET_UNREADABLE: (
        line(
            _(
                "The new key cannot read what the old one could[ (%(finding)s)][ in: %(buckets)s]. Nothing was "
                "changed. Give its user the same permissions, then try again."
            )
        ),
    ),
    Reason.ROTATION_BUCKET_UNANSWERED: (
        line(
            _(
                "The new key could not be tried, because the store did not answer[ for: %(buckets)s]. Nothing was "
                "changed. Try again in a while."
            )
        ),
    ),
    Reason.ROTATION_OVERTAKEN: (
        line(_("The key's buckets changed while the new key was tried. Nothing was changed by this. Try again.")),
    ),
}
