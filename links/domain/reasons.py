"""Every reason for which something is refused or does not work, and what it blames.

A reason is no string: it is compared by `is`, and nobody tells it by how its code begins or ends. A new one is a line
here and its sentence in `links.texts.refusals`.
"""

from enum import Enum
from typing import Self


class Reason(Enum):
    """`code` is how a reason stands in JSON, logs and rows; it never changes.

    `exit_code` is what a command returns: 1 for what was understood and is not done, 2 for an argument that cannot be
    used. `fields` are the inputs that are to blame, the nearest first, as forms and options call them: a form shows
    the sentence at the first of them that it has, or for the form as a whole.
    """

    code: str
    exit_code: int
    fields: tuple[str, ...]

    def __new__(cls, code: str, exit_code: int, *fields: str) -> Self:
        reason = object.__new__(cls)
        reason._value_ = reason.code = code
        reason.exit_code = exit_code
        reason.fields = fields
        return reason

    @classmethod
    def find(cls, code: str) -> Self | None:
        """The reason that was stored by its code; None for one that this version does not know."""
        return next((reason for reason in cls if reason.code == code), None)

    # Signing keys
    KEY_ID_EMPTY = "key-id-empty", 1, "access_key_id", "key", "bucket"
    KEY_ID_MALFORMED = "key-id-malformed", 2, "access_key_id", "key", "bucket"
    KEY_ID_SHORT = "key-id-short", 1, "access_key_id", "key", "bucket"
    KEY_KNOWN = "key-known", 1
    KEY_OF_FEDERATED_USER = "key-of-federated-user", 1, "access_key_id", "key", "bucket"
    KEY_OF_ROLE = "key-of-role", 1, "access_key_id", "key", "bucket"
    KEY_OF_ROOT = "key-of-root", 1, "access_key_id", "key", "bucket"
    KEY_OF_STRANGER = "key-of-stranger", 1, "access_key_id", "key", "bucket"
    KEY_PENDING = "key-pending", 1, "key", "bucket"
    KEY_REFUSED = "key-refused", 1, "key", "bucket"
    KEY_REPLACED = "key-replaced", 1, "key", "bucket"
    KEY_SECRET_EMPTY = "key-secret-empty", 1, "secret", "key", "bucket"
    KEY_SECRET_MALFORMED = "key-secret-malformed", 2, "secret", "key", "bucket"
    KEY_SECRET_WRONG = "key-secret-wrong", 1, "secret", "key", "bucket"
    KEY_SESSION = "key-session", 1, "access_key_id", "key", "bucket"
    KEY_TEMPORARY = "key-temporary", 1, "access_key_id", "key", "bucket"
    KEY_TOKEN = "key-token", 1, "session_token", "key", "bucket"
    KEY_UNTRIED = "key-untried", 1, "secret", "key", "bucket"
    KEY_UNKNOWN_TO_STORE = "key-unknown-to-store", 1, "access_key_id", "key", "bucket"
    ROTATION_BUCKET_UNANSWERED = "rotation-bucket-unanswered", 1
    ROTATION_BUCKET_UNREADABLE = "rotation-bucket-unreadable", 1
    ROTATION_KEY_PENDING = "rotation-key-pending", 1
    ROTATION_OVERTAKEN = "rotation-overtaken", 1
    ROTATION_SAME_KEY = "rotation-same-key", 1, "access_key_id"

    # Buckets and stores
    ADDRESSING_UNKNOWN = "addressing-unknown", 1, "addressing"
    BUCKET_KNOWN = "bucket-known", 1, "name"
    BUCKET_NAME_MALFORMED = "bucket-name-malformed", 2, "name"
    BUCKET_UNREADABLE = "bucket-unreadable", 1, "key"
    BUCKET_UNTRIED = "bucket-untried", 1
    BUCKET_UNREGISTERED = "bucket-unregistered", 1, "object_key"
    CALLER_UNANSWERED = "caller-unanswered", 1
    CLOCK_SKEW = "clock-skew", 1
    ENDPOINT_FORBIDDEN = "endpoint-forbidden", 1, "endpoint"
    ENDPOINT_NAMES_BUCKET = "endpoint-names-bucket", 1, "endpoint"
    ENDPOINT_MALFORMED = "endpoint-malformed", 2, "endpoint"
    ENDPOINT_PRIVATE = "endpoint-private", 1, "endpoint"
    HOLDFAST_UNANSWERED = "holdfast-unanswered", 1
    LISTING_REFUSED = "listing-refused", 1
    OPTION_MALFORMED = "option-malformed", 2
    OPTION_OTHER_CREDENTIAL = "option-other-credential", 1
    OPTION_OTHER_HOST = "option-other-host", 1
    OPTION_OTHER_SIGNATURE = "option-other-signature", 1
    OPTION_PROXY = "option-proxy", 1
    OPTION_UNSIGNED = "option-unsigned", 1
    REGION_NOT_OF_ENDPOINT = "region-not-of-endpoint", 1, "region", "endpoint"
    REGION_MALFORMED = "region-malformed", 2, "region"
    REGION_MISSING = "region-missing", 1, "region"
    SECRETS_MISPLACED = "secrets-misplaced", 1
    SECRETS_UNREADABLE = "secrets-unreadable", 1
    STORE_ANSWER_TOO_LONG = "store-answer-too-long", 1, "bucket"
    STORE_ANSWER_UNREADABLE = "store-answer-unreadable", 1, "bucket"
    STORE_UNANSWERED = "store-unanswered", 1, "bucket"

    # Signing
    GATE_LIFETIME = "gate-lifetime", 1
    GATE_NOT_SIGV4 = "gate-not-sigv4", 1
    GATE_TOKEN = "gate-token", 1
    GATE_WRONG_HEADERS = "gate-wrong-headers", 1
    GATE_WRONG_HOST = "gate-wrong-host", 1
    GATE_WRONG_KEY = "gate-wrong-key", 1
    GATE_WRONG_OBJECT = "gate-wrong-object", 1
    GATE_WRONG_REGION = "gate-wrong-region", 1
    SIGN_METHOD = "sign-method", 1

    # The object, and who may share it
    ADDRESS_ELSEWHERE = "address-elsewhere", 1, "object_key"
    ADDRESS_NOBODYS = "address-nobodys", 1, "object_key"
    ADDRESS_OURS = "address-ours", 1, "object_key"
    ADDRESS_UNSEEN = "address-unseen", 1, "object_key"
    OBJECT_ADDRESS_UNREADABLE = "object-address-unreadable", 2, "object_key"
    OBJECT_KEY_DOTS = "object-key-dots", 1, "object_key"
    OBJECT_KEY_EMPTY = "object-key-empty", 1, "object_key"
    OBJECT_KEY_MALFORMED = "object-key-malformed", 2, "object_key"
    OBJECT_KEY_TOO_LONG = "object-key-too-long", 1, "object_key"
    OBJECT_MISSING = "object-missing", 1, "object_key"
    OBJECT_UNREADABLE = "object-unreadable", 1, "object_key"
    PURPOSE_TAKEN = "purpose-taken", 1, "purpose"
    PREFIX_MALFORMED = "prefix-malformed", 2, "starts_with"
    PREFIX_TOO_LONG = "prefix-too-long", 1, "starts_with"
    PREFIX_UNLIKELY = "prefix-unlikely", 1, "starts_with"
    SHARE_LIFETIME_TOO_LONG = "share-lifetime-too-long", 1, "lifetime"
    SHARE_NOT_PERMITTED = "share-not-permitted", 1, "object_key", "lifetime", "download_limit", "colleague"

    # Lifetimes and promises
    ENDS_BEFORE_START = "ends-before-start", 1, "lifetime"
    EXTEND_PRESIGNED = "extend-presigned", 1
    EXTEND_REVOKED = "extend-revoked", 1
    LIFETIME_AMBIGUOUS = "lifetime-ambiguous", 2, "lifetime"
    LIFETIME_DATE_AMBIGUOUS = "lifetime-date-ambiguous", 2, "lifetime"
    LIFETIME_PAST = "lifetime-past", 1, "lifetime"
    LIFETIME_TOO_LONG = "lifetime-too-long", 1, "lifetime"
    LIFETIME_TOO_SHORT = "lifetime-too-short", 1, "lifetime"
    LIFETIME_UNITLESS = "lifetime-unitless", 2, "lifetime"
    LIFETIME_UNREADABLE = "lifetime-unreadable", 2, "lifetime"
    PROMISE_IN_THE_PAST = "promise-in-the-past", 1, "promised_until"
    PROMISE_KEY_CANNOT_SIGN = "promise-key-cannot-sign", 1, "bucket", "lifetime"
    PROMISE_MISSING = "promise-missing", 1, "promised_until"
    PROMISE_OVER_ALREADY = "promise-over-already", 1, "lifetime"
    PROMISE_PRESIGNED_TOO_LONG = "promise-presigned-too-long", 1, "delivery", "lifetime"
    PROMISE_UNREADABLE = "promise-unreadable", 2, "promised_until"

    # The terms of a link
    COLOUR_UNREADABLE = "colour-unreadable", 2
    CUSTOMER_KNOWN = "customer-known", 1, "name"
    LIMIT_USED = "limit-used", 1, "download_limit"
    PASSWORD_OWN_WORDS = "password-own-words", 1, "password"
    PASSWORD_TOO_COMMON = "password-too-common", 1, "password"
    PASSWORD_TOO_LONG = "password-too-long", 1, "password"
    PASSWORD_TOO_SHORT = "password-too-short", 1, "password"
    REMIND_PAST = "remind-past", 1, "remind_days"
    SLUG_MALFORMED = "slug-malformed", 2, "slug"
    SLUG_NEEDS_PASSWORD = "slug-needs-password", 1, "password"
    SLUG_TAKEN = "slug-taken", 1, "slug"
    SLUG_UNCONFIRMED = "slug-unconfirmed", 1, "gives_up_slug"
    SLUG_UNPROTECTED = "slug-unprotected", 1, "slug"
    STARTS_AFTER_END = "starts-after-end", 1, "starts_at"
    STARTS_PAST = "starts-past", 1, "starts_at"
    TERMS_NEED_STABLE = "terms-need-stable", 1, "delivery"

    # What is done with a link
    ALREADY_RESCUED = "already-rescued", 1
    BASE_URL_MISSING = "base-url-missing", 1
    COLLEAGUE_UNFIT = "colleague-unfit", 1, "colleague"
    DUPLICATE_FOREIGN = "duplicate-foreign", 1
    DUPLICATE_PASSWORD = "duplicate-password", 1
    OWNED_ALREADY = "owned-already", 1, "colleague"
    LINK_CHANGED = "link-changed", 1
    NOT_STOPPED = "not-stopped", 1
    LINK_WITHOUT_BUCKET = "link-without-bucket", 1
    OWNER_UNFIT = "owner-unfit", 1, "owner"
    RESCUE_ENDED = "rescue-ended", 1
    RESCUE_NO_BUCKET = "rescue-no-bucket", 1
    RESCUE_OTHER_VERSION = "rescue-other-version", 1
    RESCUE_REVOKED = "rescue-revoked", 1
    RESCUE_STABLE = "rescue-stable", 1
    REVIVE_FIRST = "revive-first", 1
    WOULD_SHORTEN = "would-shorten", 1
    REVOKED_ALREADY = "revoked-already", 1
    VALIDATION_LEFT_OUT = "validation-left-out", 1
    TIME_ANSWERED = "time-answered", 1
    TIME_ASKERS_FULL = "time-askers-full", 1

    # Pasted URLs
    LINE_UNREADABLE = "line-unreadable", 2, "url"
    LINES_MISSING = "lines-missing", 1, "lines"
    LINES_TOO_MANY = "lines-too-many", 1, "lines"
    PROBE_HOST_NOT_ALLOWED = "probe-host-not-allowed", 1, "url"
    URL_BROKEN = "url-broken", 2, "url", "object_key"
    URL_NOT_JUDGED = "url-not-judged", 1, "url", "object_key"
    URL_OURS = "url-ours", 1, "url", "object_key"
    URL_REPEATED = "url-repeated", 1, "url", "object_key"
    URL_TOO_LONG = "url-too-long", 2, "url", "object_key"
    URL_UNREADABLE = "url-unreadable", 2, "url", "object_key"
    URL_UNSIGNED = "url-unsigned", 1, "url", "object_key"
    URL_WATCHED = "url-watched", 1, "url", "object_key"

    # Signing in
    SINGLE_SIGN_ON_ACCOUNT_EXISTS = "single-sign-on-account-exists", 1
    SINGLE_SIGN_ON_DENIED = "single-sign-on-denied", 1
    SINGLE_SIGN_ON_DISABLED = "single-sign-on-disabled", 1
    SINGLE_SIGN_ON_GROUPS_UNTOLD = "single-sign-on-groups-untold", 1
    SINGLE_SIGN_ON_LATE = "single-sign-on-late", 1
    SINGLE_SIGN_ON_NO_ROLE = "single-sign-on-no-role", 1
    SINGLE_SIGN_ON_NOT_ASKED = "single-sign-on-not-asked", 1
    SINGLE_SIGN_ON_NOT_STARTED = "single-sign-on-not-started", 1
    SINGLE_SIGN_ON_OTHER_PERSON = "single-sign-on-other-person", 1
    SINGLE_SIGN_ON_THROTTLED = "single-sign-on-throttled", 1
    SINGLE_SIGN_ON_UNREACHABLE = "single-sign-on-unreachable", 1
    SINGLE_SIGN_ON_UNTRUSTED = "single-sign-on-untrusted", 1
    PROXY_USER_UNFIT = "proxy-user-unfit", 1

    # API tokens
    API_TOKEN_LIFETIME = "api-token-lifetime", 1, "days"
    API_TOKEN_NAME_MISSING = "api-token-name-missing", 1, "name"
    API_TOKEN_OWNER_UNFIT = "api-token-owner-unfit", 1, "owner"
    API_TOKEN_SCOPE_MISSING = "api-token-scope-missing", 1, "scopes"
    API_TOKEN_SCOPE_NOT_OPEN = "api-token-scope-not-open", 1, "scopes"
    API_TOKEN_TOO_MANY = "api-token-too-many", 1
    SERVICE_ACCOUNT_NAME_MALFORMED = "service-account-name-malformed", 2, "username"
    SERVICE_ACCOUNT_NAME_TAKEN = "service-account-name-taken", 1, "username"
    SERVICE_ACCOUNT_ROLE_NOT_OPEN = "service-account-role-not-open", 1, "roles"

    # Requests to the API
    CURSOR_UNREADABLE = "cursor-unreadable", 2
    DATABASE_UNAVAILABLE = "database-unavailable", 1
    IDEMPOTENCY_KEY_BUSY = "idempotency-key-busy", 1
    IDEMPOTENCY_KEY_LENGTH = "idempotency-key-length", 1
    IDEMPOTENCY_KEY_UNFINISHED = "idempotency-key-unfinished", 1
    IDEMPOTENCY_KEY_USED = "idempotency-key-used", 1
    IF_MATCH_MISSING = "if-match-missing", 1
    IF_MATCH_STALE = "if-match-stale", 1
    REQUEST_FIELDS = "request-fields", 1
    REQUEST_MEDIA_TYPE = "request-media-type", 1
    REQUEST_METHOD = "request-method", 1
    REQUEST_NOT_FOUND = "request-not-found", 1
    REQUEST_NOT_JSON = "request-not-json", 1
    REQUEST_NOT_PERMITTED = "request-not-permitted", 1
    REQUEST_TOO_LARGE = "request-too-large", 1
    REQUEST_UNREADABLE = "request-unreadable", 1
    SERVER_ERROR = "server-error", 1
    TOKEN_NOT_ACCEPTED = "token-not-accepted", 1
    TOKEN_SCOPE_MISSING = "token-scope-missing", 1
    TOO_MANY_REQUESTS = "too-many-requests", 1

    # Webhooks
    WEBHOOK_ADDRESS_FORBIDDEN = "webhook-address-forbidden", 1, "address"
    WEBHOOK_ADDRESS_MALFORMED = "webhook-address-malformed", 2, "address"
    WEBHOOK_ADDRESS_PRIVATE = "webhook-address-private", 1, "address"
    WEBHOOK_ADDRESS_UNENCRYPTED = "webhook-address-unencrypted", 1, "address"
    WEBHOOK_EVENTS_MISSING = "webhook-events-missing", 1, "kinds"
    WEBHOOK_OFF = "webhook-off", 1
    WEBHOOK_REPLAY_TOO_MANY = "webhook-replay-too-many", 1, "since"

    # Commands, which say it in their own words
    ARGUMENT_UNUSABLE = "argument-unusable", 2
    DATABASE_NOT_READY = "database-not-ready", 1

    # Channels
    DELIVERY_FAILED = "delivery-failed", 1
