"""How each finding is known: behind a click where staff read the finding, and in `docs/ways-links-die.md`."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.findings import Code

EVIDENCE: Mapping[Code, str] = {
    Code.TEMPORARY_CREDENTIALS: _("The URL contains a session token, in any spelling."),
    Code.TEMPORARY_CREDENTIALS_ENDED: _("The store refuses the token or its key, and there is a token in the URL."),
    Code.TEMPORARY_KEY_WITHOUT_TOKEN: _("The key id begins with ASIA and there is no token with it."),
    Code.MIXED_CREDENTIALS: _("There is a token with a long-lived key id (AKIA)."),
    Code.LONGER_THAN_SEVEN_DAYS: _("X-Amz-Expires is above 604800, or the store says so."),
    Code.SIGNATURE_ENDS_EARLY: _("The URL states when it was signed and for how long."),
    Code.SIGNATURE_ENDED: _(
        "The times in the URL and the store's answer; where the answer says nothing of it, the times decide."
    ),
    Code.LEGACY_SIGNATURE: _("The URL has AWSAccessKeyId, Signature and Expires, or the store asks for SigV4."),
    Code.ROOT_KEY: _("GetCallerIdentity names the account's root."),
    Code.NOT_AN_IAM_USER: _("GetCallerIdentity names a role, a federated user or somebody unknown."),
    Code.KEY_UNKNOWN: _("The store does not know the key id, and there is no token in the URL."),
    Code.KEY_INACTIVE: _(
        "The store does not know the key id, but its user lists it as inactive; or it says that the key or its user is "
        "inactive, suspended or expired."
    ),
    Code.KEY_NOT_PROVED: _("AWS was asked who the key is and has not answered yet."),
    Code.ACCOUNT_BLOCKED: _("The store names the account, a payment or a limit in its refusal."),
    Code.SIGNATURE_MISMATCH: _(
        "The store computes another signature for a URL that is complete; where it shows what it calculated "
        "with, that is compared with the URL."
    ),
    Code.ROTATION_DUE: _("The key's planned rotation lies before the end of a URL that it signed."),
    Code.PERMISSION_LOST: _("The store denies access, to a URL signed a moment ago too."),
    Code.OBJECT_MISSING: _(
        "The store says so; it asks for the permission to list, which no object that is there needs; or it denies "
        "access and the object is not in the listing."
    ),
    Code.OBJECT_REPLACED: _("ETag or size differ from those of the file that the link was made for."),
    Code.VERSION_MISSING: _("The store does not have the version that the URL names."),
    Code.LIFECYCLE_DELETES: _("The header x-amz-expiration, or the bucket's lifecycle rules."),
    Code.ARCHIVED: _("The store answers InvalidObjectState."),
    Code.LIFECYCLE_ARCHIVES: _("The bucket's lifecycle rules move the object into an archive class."),
    Code.RESTORE_ENDS: _("The header x-amz-restore names the end of the restored copy."),
    Code.BUCKET_MISSING: _("The store answers NoSuchBucket."),
    Code.WRONG_REGION: _(
        "The region in X-Amz-Credential, compared with the host's; or the store names another region, or "
        "redirects there."
    ),
    Code.WRONG_SERVICE: _("The service in X-Amz-Credential, compared with the kind of the host."),
    Code.BUCKET_WITH_DOTS: _("A bucket's name with dots before AWS's endpoint, over https."),
    Code.WEBSITE_ENDPOINT: _("A host named s3-website."),
    Code.ONE_REGION_SIGNED: _("SigV4 instead of SigV4A at a host below accesspoint.s3-global."),
    Code.PRESIGNED_NOT_SERVED: _(
        "A key id of Cloudflare R2 at a host that is not R2's; the name of a content network."
    ),
    Code.KEY_ID_IMPOSSIBLE: _("The key id in the URL: empty, or at AWS of another shape than AWS gives."),
    Code.OBJECT_KEY_TOO_LONG: _("The length of the path, in bytes of UTF-8."),
    Code.POLICY_LIMITS_AGE: _(
        "The bucket policy denies signatures above an age; or an old URL is denied and a new one works."
    ),
    Code.POLICY_LIMITS_CALLERS: _("The bucket policy denies callers by address or network."),
    Code.POLICY_LIMITS_TIME: _(
        "The bucket policy denies by date (aws:CurrentTime, aws:EpochTime), or its only grant to the user has an end."
    ),
    Code.POLICY_REFUSES_PRESIGNED: _("The bucket policy denies by s3:authType what is signed in the query."),
    Code.ENCRYPTION_KEY: _("The store names KMS, or the object's encryption, in its refusal."),
    Code.CLOCK_SKEW: _(
        "The store's Date compared with our clock, the time of signing, and the store's words on validity."
    ),
    Code.URL_CHANGED: _("Parameters are missing, repeated, cut off or added; or only a new URL works."),
    Code.HEADERS_SIGNED: _("X-Amz-SignedHeaders names more than host."),
    Code.SIGNED_WRONG: _("Values in the URL that only the program which signed it can have written."),
    Code.SIGNED_FOR_UPLOAD: _("x-id in the URL, and parameters and signed headers that only an upload has."),
    Code.RESPONSE_HEADER_REFUSED: _(
        "The parameters response-… of the URL, and whether it is signed; or the store names them."
    ),
    Code.REQUEST_CHANGED: _(
        "The store speaks of a second signature, of headers, of an action or of a missing signature that no download "
        "has."
    ),
    Code.REASON_CONTRADICTED: _("The store's reason, compared with the URL's own dates and the store's own clock."),
    Code.NOT_PUBLIC: _("The store denies access to a URL without a signature."),
    Code.LINK_REFUSED: _("What the service answered, beside the end that the URL states."),
    Code.CLOUDFRONT_STARTS_LATER: _("DateGreaterThan in the policy inside the URL."),
    Code.CLOUDFRONT_OTHER_ADDRESS: _(
        "Resource in the policy inside the URL, compared with the URL's scheme, host and path."
    ),
    Code.CLOUDFRONT_LIMITS_CALLERS: _("IpAddress in the policy inside the URL."),
    Code.CLOUDFRONT_ENDS_EARLY: _("Expires, or the policy inside the URL."),
    Code.CLOUDFRONT_ENDED: _("Expires or the policy inside the URL, and CloudFront's refusal."),
    Code.CLOUDFRONT_KEY_UNKNOWN: _("CloudFront answers InvalidKey."),
    Code.CLOUDFRONT_REFUSED: _("CloudFront refuses before the policy's end."),
    Code.UNREACHABLE: _("No answer of the store: name, connection, TLS, or a page that is not the store's."),
    Code.CERTIFICATE_ENDS: _("The certificate that the store showed."),
    Code.STORE_OVERLOADED: _("SlowDown, a server error or a time-out."),
    Code.REFUSED_OTHER: _("A refusal with a code that is not known here; it is shown as it was received."),
    Code.GATE_REFUSED: _("The URL that was just signed failed the checks after signing."),
    Code.BASE_URL_CHANGED: _("BASE_URL differs from the one that the link was handed out with."),
    Code.WATCH_STOPPED: _("The age of the last validation, and of the work that has been due for longest."),
    Code.VALIDATION_FAILS: _(
        "Workers began to validate the link three times and did not finish: once with other links, twice alone."
    ),
    Code.SECRETS_UNREADABLE: _("None of ENCRYPTION_KEYS opens what is stored."),
    Code.SECRETS_MISPLACED: _(
        "A stored secret was encrypted for another row, column or endpoint than the one where it is."
    ),
}


def evidence(code: Code) -> str:
    """How this finding is known."""
    return gettext(EVIDENCE[code])
