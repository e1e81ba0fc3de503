"""Every store's words for a refusal, turned into AWS's code for it.

Stores copy AWS's codes, but not all, and not letter for letter; some put every refusal under one code and tell the
reason in the message alone. What the words mean is decided here, what follows from it in
`links.domain.judging.causes`. Some codes are families that stores add to; they are told by their common part, here and
nowhere else.
Sources: S3 API reference, "List of error codes"; Alibaba OSS documentation, "HTTP 403 errors". What stands here besides
is what a store that copies AWS might write: not every spelling was seen, and each means the same should it come.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

BUSY = "SlowDown"
DENIED = "AccessDenied"
ENDED = "ExpiredRequest"
EARLY = "RequestNotYetValid"
TOKEN_ENDED = "ExpiredToken"  # noqa: S105  a code's name
TOKEN_REFUSED = "InvalidToken"  # noqa: S105  a code's name
KEY_UNKNOWN = "InvalidAccessKeyId"
KEY_INACTIVE = "InactiveAccessKeyId"
KEY_EXPIRED = "ExpiredAccessKeyId"
ELSEWHERE = "PermanentRedirect"
REQUESTER_PAYS = "RequesterPays"
ACCOUNT_BLOCKED = "AccountProblem"
UNAUTHENTICATED = "MissingAuthenticationToken"
NOT_THERE_OR_NOT_ALLOWED = "NotAuthorizedOrNotFound"
LINK_INVALID = "LinkInvalid"
GONE = "Gone"
PARAMETER_LOST = "ParameterLost"
CALLER_REFUSED = "AuthorizationSourceIPMismatch"  # Azure's code, as the next
ACTION_REFUSED = "AuthorizationPermissionMismatch"
KEY_PAIR_UNKNOWN = "InvalidKey"  # CloudFront's code

# Spelled small and without anything between: NoSuchKey, no-such-key and NO_SUCH_KEY are one.
_SPELLINGS: Mapping[str, str] = {
    BUSY: "slowdown internalerror internalfailure serviceunavailable temporarilyunavailable requesttimeout "
    "operationaborted serverbusy busy",
    DENIED: "accessdenied forbidden unauthorizedaccess allaccessdisabled permissiondenied notauthorized",
    ENDED: "expiredrequest requestexpired expired expiredurl urlexpired linkexpired signatureexpired expiredsignature "
    "expiredpresignrequest expiredpresignedrequest expiredpresignedurlrequest presignedurlexpired",
    EARLY: "requestnotyetvalid requestnotvalidyet",
    TOKEN_ENDED: "expiredtoken tokenexpired expiredtokenexception expiredsecuritytoken securitytokenexpired "
    "invalidsecuritytokenexpired expiredcredentials credentialsexpired sessionexpired",
    TOKEN_REFUSED: "invalidtoken invalidtokenid invalidsecuritytoken tokenrefreshrequired invalidsessiontoken "
    "accesskeyidandsecuritytokennotmatch",
    KEY_UNKNOWN: "invalidaccesskeyid invalidaccesskey invalidclienttokenid unrecognizedclientexception invalidsecurity "
    "nosuchaccesskey nosuchaccesskeyid accesskeynotfound accesskeyidnotfound invalidaccesskeyidnotfound",
    KEY_INACTIVE: "inactiveaccesskeyid inactiveaccesskey accesskeyinactive accesskeydisabled accesskeyisdisabled "
    "invalidaccesskeyidinactive disabledaccesskey keybasedauthenticationnotpermitted",
    KEY_EXPIRED: "expiredaccesskeyid expiredaccesskey accesskeyexpired accesskeyidexpired apikeyexpired",
    ELSEWHERE: "permanentredirect invalidregion invalidregionname",
    REQUESTER_PAYS: "requesterpays userprojectmissing",
    ACCOUNT_BLOCKED: "accountproblem notsignedup invalidpayer userdisable accountsuspended accountdisabled "
    "accountblocked paymentrequired downloadcapexceeded transactioncapexceeded abnormalbucketownerstatus indebt "
    "indebtoverdue inarrearorinsufficientbalance userprojectaccountproblem",
    UNAUTHENTICATED: "missingauthenticationtoken missingauthentication missingauthenticationtokenexception "
    "noauthenticationinformation notauthenticated missingsecurityheader",
    NOT_THERE_OR_NOT_ALLOWED: "notauthorizedornotfound",
    CALLER_REFUSED: "authorizationsourceipmismatch",
    ACTION_REFUSED: "authorizationpermissionmismatch",
    "Unauthorized": "unauthorized",
    "UserSuspended": "usersuspended",
    "SignatureDoesNotMatch": "signaturedoesnotmatch signaturenotmatch signaturemismatch invalidsignature "
    "incorrectsignature badsignature",
    "RequestTimeTooSkewed": "requesttimetooskewed",
    "NoSuchKey": "nosuchkey nosuchobject objectnotfound keynotfound filenotfound nosuchfile blobnotfound "
    "filenotpresent",
    "NoSuchVersion": "nosuchversion versionnotfound",
    "NoSuchBucket": "nosuchbucket bucketnotfound containernotfound",
    "InvalidObjectState": "invalidobjectstate blobarchived blobbeingrehydrated",
    "MethodNotAllowed": "methodnotallowed",
    "AuthorizationQueryParametersError": "authorizationqueryparameterserror authorizationparameterserror",
    "AuthorizationHeaderMalformed": "authorizationheadermalformed",
    "TemporaryRedirect": "temporaryredirect",
    "IllegalLocationConstraintException": "illegallocationconstraintexception",
    "MissingKey": "missingkey",
    "InvalidKey": "invalidkey",
}
_CODES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_THROTTLED = re.compile(r"slowdown|throttl|toomanyrequest|ratelimit|limitexceeded|requestthrottled|quotaexceeded")
# Known codes that say little: there, as with unknown ones, the message may say more.
_VAGUE = frozenset(
    {
        DENIED,
        "Unauthorized",
        "SignatureDoesNotMatch",
        "AuthorizationQueryParametersError",
        "AuthorizationHeaderMalformed",
    }
)
_KEY = r"\b(?:access|api|application|hmac|secret) key\b"
_IDLE = r"\b(?:inactive|disabled|deactivated)\b"
_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(shape), code)
    for shape, code in (
        (r"\btoken\b.*\bexpired\b|\bexpired\b.*\btoken\b", TOKEN_ENDED),
        (r"\btoken\b.*\b(?:invalid|malformed|refreshed)\b|\binvalid\b.*\btoken\b", TOKEN_REFUSED),
        (r"not yet valid|not valid yet|not yet current", EARLY),
        (rf"{_KEY}.*\bexpired\b", KEY_EXPIRED),
        (r"\b(?:trial|subscription|licen[cs]e|plan)\b.*\bexpired\b|\bcap exceeded", ACCOUNT_BLOCKED),
        (r"expiry time \[.*has to be after signed start time", ENDED),
        (r"has expired|(?:request|url|link|signature) (?:is )?expired|expired given timestamp|date is too old", ENDED),
        (rf"{_KEY}.*{_IDLE}|accesskeydisabled|\buser is {_IDLE}", KEY_INACTIVE),
        (
            rf"does not exist in our records|no such key: |{_KEY}.*\b(?:not exist|not (?:be )?found|unknown)",
            KEY_UNKNOWN,
        ),
        (
            r"signature\b.*\b(?:does|did) ?n[o']t match|\binvalid signature\b|\bsignature is invalid\b",
            "SignatureDoesNotMatch",
        ),
        (r"account\b.*\b(?:suspended|disabled|blocked|closed|locked)\b", ACCOUNT_BLOCKED),
        (r"addressed using the specified endpoint", ELSEWHERE),
        (r"\brequester pays\b", REQUESTER_PAYS),
    )
)
# Either of two, whatever the code in front of it says: Oracle's "Either the bucket ... does not exist ... or you are
# not authorized to access it".
_EITHER = re.compile(
    r"\bor you are not authori[sz]ed\b|\bnot authori[sz]ed or\b.*\bnot found\b|\bnot found or not authori"
)
# What Azure says beside "AuthenticationFailed" (Azure Storage, "Troubleshoot AuthorizationFailure").
_TIME_FRAME = re.compile(
    r"not valid in the specified time frame.*?expiry \[([^\]]{1,40})\].*?current \[([^\]]{1,40})\]"
)
# Sentences that say it by themselves, whoever writes them: each names the link, its signature or the file.
_OBJECT_NOUN = r"(?:object|file|blob|key|document|attachment|content|item|image)"
_LINK = r"(?:request|url|uri|link|signature|share|download|presigned url|sas)"
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(shape), code)
    for shape, code in (
        (rf"\b{_LINK}s?\b(?: \w+){{0,3}} (?:has |have |is |was )?(?:already )?expired\b|\bexpired {_LINK}\b", ENDED),
        (
            r"\btemp url invalid\b|\binvalid (?:download )?(?:link|url)\b|\blink is (?:invalid|no longer valid)\b",
            LINK_INVALID,
        ),
        (r"\bquery ?string (?:should|must) have required property\b", PARAMETER_LOST),
        (r"\bmissing (?:required )?(?:query )?(?:string )?parameters?\b", PARAMETER_LOST),
        (
            r"\b(?:invalid|unknown) key pair\b|\bkey pair(?: id)? (?:is )?(?:invalid|unknown|not found)\b",
            KEY_PAIR_UNKNOWN,
        ),
        (rf"\b(?:this )?{_OBJECT_NOUN}s? (?:is|are) no longer (?:available|here|there)\b", GONE),
        (rf"\b{_OBJECT_NOUN}s? (?:was |were )?(?:not found|does not exist|do not exist)\b", "NoSuchKey"),
        (
            r"\bsignature\b.*\b(?:does|did) not match|\b(?:invalid|bad|wrong)(?: url)? signature\b",
            "SignatureDoesNotMatch",
        ),
        (r"\bmissing authentication\b", UNAUTHENTICATED),
        # Firebase's words for a token that is not the file's, and for a project that is over its plan.
        (r"\bpermission denied could not perform this operation\b", LINK_INVALID),
        (r"\bquota (?:has been |was )?exceeded for this (?:project|bucket|account)\b", ACCOUNT_BLOCKED),
    )
)
# Words of who signs with a token that stands in the URL: elsewhere they may be about a session with the site.
_TOKEN_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(shape), code)
    for shape, code in (
        (r"\b(?:jwt|token)\b.*\bexpired\b|\bexpired\b.*\btoken\b|\bexp claim\b", ENDED),
        (
            r"\b(?:invalid|malformed|bad)\b.*\b(?:jwt|token)\b|\b(?:jwt|token)\b.*\b(?:invalid|malformed)\b",
            LINK_INVALID,
        ),
    )
)
_MAX_MESSAGE_LENGTH = 400  # what an answer keeps of one is shorter
_KEY_IDLE = re.compile(rf"(?:{_KEY}|\baccount\b|\buser\b).*{_IDLE}")
# What anything on the way to a store may say too.
_NOT_ONLY_STORES = frozenset({"forbidden", "permissiondenied", "notauthorized", "unauthorized", "expired", "busy"})


def name_code(code: str, message: str = "") -> str:
    """AWS's code for what a store says, or its own where it is no known word; a code that says little is read in the
    light of its message."""
    named = _name(code)
    said = message[:_MAX_MESSAGE_LENGTH].casefold()
    if _EITHER.search(said):
        return NOT_THERE_OR_NOT_ALLOWED
    if frame := _TIME_FRAME.search(said):
        return _name_time_frame(*frame.groups())
    if not code:
        return name_sentence(message)
    if named == KEY_UNKNOWN and _KEY_IDLE.search(said):
        return KEY_INACTIVE
    # What comes after these words are names, which may be any.
    is_clear = named in _SPELLINGS and named not in _VAGUE
    if is_clear or named.startswith("KMS.") or "is not authorized to perform" in said:
        return named
    return next((found for shape, found in _MESSAGES if shape.search(said)), named)


def name_sentence(text: str, *, has_own_token: bool = False) -> str:
    """The same of an answer that has no store's code: only a sentence that names the link, its signature or the file
    counts. `has_own_token` is so of a URL whose signature is a token."""
    plain = text[:_MAX_MESSAGE_LENGTH].casefold().replace("n't", " not").replace("n\u2019t", " not")
    said = re.sub(r"[_\W]+", " ", plain)
    known = (*_SENTENCES, *(_TOKEN_SENTENCES if has_own_token else ()))
    return next((found for shape, found in known if shape.search(said)), "")


def is_a_stores(code: str) -> bool:
    """Whether only a store says this, so that it counts where S3's XML does not stand around it. Any web application
    has an "access_denied" and a "TOKEN_EXPIRED" of its own."""
    is_known = _fold(code) in _CODES or code.startswith("KMS.")
    return is_known and _fold(code) not in _NOT_ONLY_STORES and re.search(r"[a-z][A-Z]|\.", code) is not None


def is_of_kms(code: str) -> bool:
    """Whether a code is about the key that an object is encrypted with: at AWS `KMS.` and an exception of that service
    (S3 API reference, "List of error codes")."""
    return code.upper().startswith("KMS")


def is_of_something_missing(code: str) -> bool:
    """`NoSuchBucketPolicy` and many more: it says itself what is missing."""
    return code.startswith("NoSuch")


def is_of_a_redirect(code: str) -> bool:
    """`PermanentRedirect`, `TemporaryRedirect`, or whatever a store calls its own."""
    return code.endswith("Redirect")


def _name_time_frame(ends: str, now: str) -> str:
    """Whether it was too late or too early: the two moments stand beside each other."""
    try:
        return ENDED if parsedate_to_datetime(ends) <= parsedate_to_datetime(now) else EARLY
    except (ValueError, TypeError, IndexError):
        return ENDED


def _name(code: str) -> str:
    folded = _fold(code)
    return BUSY if _THROTTLED.search(folded) else _CODES.get(folded, code)


def _fold(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isalnum())
