"""What somebody did that the audit trail keeps, by which way, and about what. The sentences are `links.texts.audit`."""

from enum import StrEnum


class Way(StrEnum):
    """By what somebody, or something, did it."""

    ADMIN = "admin"
    COMMAND = "command"
    API = "api"
    TASK = "task"
    SIGN_IN = "sign-in"
    CUSTOMER = "customer"


class Kind(StrEnum):
    """What a record is about."""

    LINK = "link"
    CUSTOMER = "customer"
    BUCKET = "bucket"
    KEY = "key"
    PERMISSION = "permission"
    ACCOUNT = "account"
    ROLE = "role"
    API_TOKEN = "api-token"  # noqa: S105  no token
    TIME_REQUEST = "time-request"
    INCIDENT = "incident"
    SETTING = "setting"
    WEBHOOK = "webhook"
    COMMAND = "command"
    EXPORT = "export"
    VISITS = "visits"
    VALIDATIONS = "validations"
    VERDICT_CHANGES = "verdict-changes"
    NOTHING = ""


class Act(StrEnum):
    # Links
    LINK_CREATED = "link-created"
    LINK_COPIED = "link-copied"
    LINK_WATCHED = "link-watched"
    LINK_RESCUED = "link-rescued"
    LINK_REPLACED = "link-replaced"
    LINK_REVOKED = "link-revoked"
    LINK_END_CHANGED = "link-end-changed"
    LINK_TERMS_CHANGED = "link-terms-changed"
    LINK_OWNER_CHANGED = "link-owner-changed"
    LINK_FOLLOWS_LATEST = "link-follows-latest"
    LINK_DOWNLOADS_ADDED = "link-downloads-added"
    LINK_DELETED = "link-deleted"
    URL_REVEALED = "url-revealed"
    URLS_REVEALED = "urls-revealed"
    TIME_ASKED = "time-asked"
    TIME_GRANTED = "time-granted"
    TIME_DECLINED = "time-declined"
    # Customers
    CUSTOMER_ADDED = "customer-added"
    CUSTOMER_CHANGED = "customer-changed"
    CUSTOMER_DELETED = "customer-deleted"
    CUSTOMER_EXPORTED = "customer-exported"
    CUSTOMER_ERASED = "customer-erased"
    # Keys and buckets
    KEY_ADDED = "key-added"
    KEY_CHANGED = "key-changed"
    KEY_SECRET_SET = "key-secret-set"  # noqa: S105  no secret
    KEY_ROTATED = "key-rotated"
    KEY_STATE_CHANGED = "key-state-changed"
    KEY_CHECKED = "key-checked"
    KEY_DELETED = "key-deleted"
    BUCKET_ADDED = "bucket-added"
    BUCKET_CHANGED = "bucket-changed"
    BUCKET_TESTED = "bucket-tested"
    BUCKET_DELETED = "bucket-deleted"
    SHARE_PERMITTED = "share-permitted"
    SHARE_WITHDRAWN = "share-withdrawn"
    SECRETS_ENCRYPTED_ANEW = "secrets-encrypted-anew"
    # Accounts and roles
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DELETED = "account-deleted"
    ACCOUNT_ROLES_CHANGED = "account-roles-changed"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  no password
    ROLE_ADDED = "role-added"
    ROLE_CHANGED = "role-changed"
    ROLE_DELETED = "role-deleted"
    # API tokens
    SERVICE_ACCOUNT_MADE = "service-account-made"
    API_TOKEN_CREATED = "api-token-created"  # noqa: S105  no token
    API_TOKEN_REVOKED = "api-token-revoked"  # noqa: S105  no token
    API_TOKEN_USED = "api-token-used"  # noqa: S105  no token
    API_TOKEN_REFUSED = "api-token-refused"  # noqa: S105  no token
    # Signing in
    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_THROTTLED = "sign-in-throttled"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    SECOND_FACTOR_ADDED = "second-factor-added"
    SECOND_FACTOR_REMOVED = "second-factor-removed"
    SECOND_FACTOR_REFUSED = "second-factor-refused"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    REAUTHENTICATED = "reauthenticated"
    REAUTHENTICATION_REFUSED = "reauthentication-refused"
    IDENTITY_CONNECTED = "identity-connected"
    IDENTITY_DISCONNECTED = "identity-disconnected"
    PAGE_REFUSED = "page-refused"
    # Webhooks
    WEBHOOK_ADDED = "webhook-added"
    WEBHOOK_CHANGED = "webhook-changed"
    WEBHOOK_STATE_CHANGED = "webhook-state-changed"
    WEBHOOK_SECRET_ROTATED = "webhook-secret-rotated"  # noqa: S105  no secret
    WEBHOOK_TESTED = "webhook-tested"
    WEBHOOK_REPLAYED = "webhook-replayed"
    WEBHOOK_DELETED = "webhook-deleted"
    # Probes that a person asked for
    LINK_VALIDATION_ASKED = "link-validation-asked"
    URL_CHECKED = "url-checked"
    # The site
    COMMAND_RUN = "command-run"
    EXPORTED = "exported"
    SETTINGS_CHANGED = "settings-changed"
    # The trail itself
    HOUR_DIGESTED = "hour-digested"
    ROWS_PRUNED = "rows-pruned"
    ROWS_ERASED = "rows-erased"
    ADDRESSES_PRUNED = "addresses-pruned"
    DETAILS_PRUNED = "details-pruned"
    PERSONAL_DATA_ERASED = "personal-data-erased"
