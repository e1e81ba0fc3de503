"""The audit trail in words: what was done, by which way, about what."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.audit.acts import Act, Kind, Way


def explain_act(code: str) -> str:
    """The sentence for an act; of another version's, its code."""
    return gettext(_ACTS[Act(code)]) if code in _ACTS else code


def name_way(code: str) -> str:
    return gettext(_WAYS[Way(code)]) if code in _WAYS else code


def name_kind(code: str) -> str:
    return gettext(_KINDS[Kind(code)]) if code in _KINDS else code


_ACTS: Mapping[str, str] = {
    Act.LINK_CREATED: _("Created the link"),
    Act.LINK_COPIED: _("Created the link as a copy of another one"),
    Act.LINK_WATCHED: _("Registered an external URL for monitoring"),
    Act.LINK_RESCUED: _("Created the link in place of a signed URL"),
    Act.LINK_REPLACED: _("Replaced the signed URL by a stable link"),
    Act.LINK_REVOKED: _("Revoked the link"),
    Act.LINK_END_CHANGED: _("Changed when the link ends"),
    Act.LINK_TERMS_CHANGED: _("Changed the link's details"),
    Act.LINK_OWNER_CHANGED: _("Transferred the link to a colleague"),
    Act.LINK_FOLLOWS_LATEST: _("Let the link lead to the latest file"),
    Act.LINK_DOWNLOADS_ADDED: _("Allowed another download"),
    Act.LINK_DELETED: _("Deleted the link"),
    Act.URL_REVEALED: _("Viewed the link's URL"),
    Act.URLS_REVEALED: _("Was told the URLs of links to objects of the bucket"),
    Act.TIME_ASKED: _("A customer asked for more time"),
    Act.TIME_GRANTED: _("Granted more time"),
    Act.TIME_DECLINED: _("Declined the request for more time"),
    Act.CUSTOMER_ADDED: _("Added the customer"),
    Act.CUSTOMER_CHANGED: _("Changed the customer's details"),
    Act.CUSTOMER_DELETED: _("Deleted the customer"),
    Act.CUSTOMER_EXPORTED: _("Exported everything kept of the customer"),
    Act.CUSTOMER_ERASED: _("Erased the customer's personal data"),
    Act.KEY_ADDED: _("Added the signing key"),
    Act.KEY_CHANGED: _("Changed the signing key"),
    Act.KEY_SECRET_SET: _("Corrected the signing key's secret"),
    Act.KEY_ROTATED: _("Rotated the signing key"),
    Act.KEY_STATE_CHANGED: _("The store said something new of the signing key"),
    Act.KEY_CHECKED: _("Verified the signing key"),
    Act.KEY_DELETED: _("Deleted the signing key"),
    Act.BUCKET_ADDED: _("Added the bucket"),
    Act.BUCKET_CHANGED: _("Changed the bucket"),
    Act.BUCKET_TESTED: _("Tested the bucket"),
    Act.BUCKET_DELETED: _("Deleted the bucket"),
    Act.SHARE_PERMITTED: _("Gave a share permission"),
    Act.SHARE_WITHDRAWN: _("Withdrew a share permission"),
    Act.SECRETS_ENCRYPTED_ANEW: _("Encrypted stored secrets with the newest key"),
    Act.ACCOUNT_ADDED: _("Added the account"),
    Act.ACCOUNT_CHANGED: _("Changed the account"),
    Act.ACCOUNT_DELETED: _("Deleted the account"),
    Act.ACCOUNT_ROLES_CHANGED: _("Changed what the account may do"),
    Act.PASSWORD_CHANGED: _("Changed the account's password"),
    Act.ROLE_ADDED: _("Added the role"),
    Act.ROLE_CHANGED: _("Changed the role"),
    Act.ROLE_DELETED: _("Deleted the role"),
    Act.SERVICE_ACCOUNT_MADE: _("Made the account a service account"),
    Act.API_TOKEN_CREATED: _("Created the API token"),
    Act.API_TOKEN_REVOKED: _("Revoked the API token"),
    Act.API_TOKEN_USED: _("Used the API token for the first time that day from that network"),
    Act.API_TOKEN_REFUSED: _("Refused the API token, which opens nothing any more"),
    Act.SIGNED_IN: _("Signed in"),
    Act.SIGN_IN_REFUSED: _("A sign-in was refused"),
    Act.SIGN_IN_THROTTLED: _("A sign-in was refused after too many attempts"),
    Act.SIGNED_OUT: _("Signed out"),
    Act.SESSION_ENDED: _("Ended a session"),
    Act.SECOND_FACTOR_ADDED: _("Added a second factor"),
    Act.SECOND_FACTOR_REMOVED: _("Removed a second factor"),
    Act.SECOND_FACTOR_REFUSED: _("A second factor was refused"),
    Act.RECOVERY_CODES_MADE: _("Made new recovery codes"),
    Act.RECOVERY_CODE_USED: _("Used a recovery code"),
    Act.REAUTHENTICATED: _("Confirmed who they are once more"),
    Act.REAUTHENTICATION_REFUSED: _("A renewed confirmation of identity was refused"),
    Act.IDENTITY_CONNECTED: _("Connected an identity of single sign-on"),
    Act.IDENTITY_DISCONNECTED: _("Disconnected an identity of single sign-on"),
    Act.PAGE_REFUSED: _("Was refused a page"),
    Act.WEBHOOK_ADDED: _("Added the webhook"),
    Act.WEBHOOK_CHANGED: _("Changed the webhook"),
    Act.WEBHOOK_STATE_CHANGED: _("The webhook was turned on or off"),
    Act.WEBHOOK_SECRET_ROTATED: _("Rotated the webhook's secret"),
    Act.WEBHOOK_TESTED: _("Sent a test to the webhook"),
    Act.WEBHOOK_REPLAYED: _("Had events sent to the webhook again"),
    Act.WEBHOOK_DELETED: _("Deleted the webhook"),
    Act.LINK_VALIDATION_ASKED: _("Asked for the link to be validated"),
    Act.URL_CHECKED: _("Checked a URL with the link doctor"),
    Act.COMMAND_RUN: _("Ran a command on the server"),
    Act.EXPORTED: _("Exported a list"),
    Act.SETTINGS_CHANGED: _("The site's settings changed"),
    Act.HOUR_DIGESTED: _("Took a digest of rows that are complete"),
    Act.ROWS_PRUNED: _("Deleted rows that were kept long enough"),
    Act.ROWS_ERASED: _("Deleted rows with a customer"),
    Act.ADDRESSES_PRUNED: _("Deleted network addresses that were kept long enough"),
    Act.DETAILS_PRUNED: _("Deleted what was told of links that ended long ago"),
    Act.PERSONAL_DATA_ERASED: _("Erased a customer's personal data from the audit trail"),
}
_WAYS: Mapping[str, str] = {
    Way.ADMIN: _("Admin"),
    Way.COMMAND: _("Command"),
    Way.API: _("API"),
    Way.TASK: _("Background task"),
    Way.SIGN_IN: _("Sign-in page"),
    Way.CUSTOMER: _("Customer page"),
}
_KINDS: Mapping[str, str] = {
    Kind.LINK: _("Link"),
    Kind.CUSTOMER: _("Customer"),
    Kind.BUCKET: _("Bucket"),
    Kind.KEY: _("Signing key"),
    Kind.PERMISSION: _("Share permission"),
    Kind.ACCOUNT: _("Account"),
    Kind.ROLE: _("Role"),
    Kind.API_TOKEN: _("API token"),
    Kind.TIME_REQUEST: _("Time request"),
    Kind.INCIDENT: _("Incident"),
    Kind.SETTING: _("Setting"),
    Kind.WEBHOOK: _("Webhook"),
    Kind.COMMAND: _("Command"),
    Kind.EXPORT: _("Export"),
    Kind.VISITS: _("Visits"),
    Kind.VALIDATIONS: _("Validations"),
    Kind.VERDICT_CHANGES: _("Verdict changes"),
}
