"""Refusals whose words name the reason: the action, the policy, the header or the request that they speak of."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import DENIED_CODES, Refusal
from links.domain.signed_urls.mistakes import MistakeKind
from links.domain.signed_urls.reading import Style
from links.domain.stores import refusal_words

_SIGNED = (Style.SIGV4, Style.SIGV2)
_LISTS = frozenset({"list-type", "prefix", "delimiter", "marker", "continuation-token", "versions", "uploads"})


def find_missing_object(refusal: Refusal) -> Finding | None:
    """A download needs no permission to list; S3 asks for it only to decide whether it may say that the object is not
    there (S3 API reference, GetObject, "Permissions")."""
    is_listing = not refusal.url.path.strip("/") or not _LISTS.isdisjoint(refusal.url.parameters)
    if is_listing or refusal.code not in DENIED_CODES:
        return None
    object_key = refusal.facts.object_key
    if refusal.denial.is_of_a_version and refusal.url.version_id:
        return refusal.broken(Code.VERSION_MISSING, object=object_key)
    if refusal.denial.is_of_a_listing or refusal.denial.is_of_a_version:
        return refusal.missing(unlisted="yes")
    return None


def find_refused_response_header(refusal: Refusal) -> Finding | None:
    """What the URL asks the store to say in its answer, above all the file's name: S3 takes Latin-1 only, and nothing
    of the kind from whoever has not signed."""
    answer = refusal.answer
    if answer.says("iso-8859-1", "latin-1") or (answer.argument.startswith("response-") and answer.status == 400):
        return refusal.broken(Code.RESPONSE_HEADER_REFUSED, parameter=answer.argument or _find_response_header(refusal))
    if answer.says("response specific headers cannot be used", "response headers cannot be used for anonymous"):
        return refusal.broken(Code.RESPONSE_HEADER_REFUSED, parameter=_find_response_header(refusal), unsigned="yes")
    return None


def _find_response_header(refusal: Refusal) -> str:
    named = (name for name in refusal.url.parameters if name.startswith("response-"))
    return next(named, "response-content-disposition")


def find_second_mechanism(refusal: Refusal) -> Finding | None:
    """The probe sends no Authorization header: where the URL has one signature, something on the way added another."""
    if not refusal.answer.says("only one auth mechanism", "only one authentication mechanism"):
        return None
    if {"x-amz-signature", "signature"} <= refusal.url.parameters.keys():
        return refusal.broken(Code.SIGNED_WRONG, mistake=MistakeKind.TWICE.value, parameter="Signature")
    if refusal.stated_end_passed:
        return None
    return refusal.broken(Code.REQUEST_CHANGED, difference="authorization", headers="Authorization")


def find_other_day(refusal: Refusal) -> Finding | None:
    """Two dates that are not the same, of which the URL has one: the other came with a header that nobody sent from
    here (NooBaa, "Mismatching date in Authorization Credential and x-amz-date"; Versity, "Invalid credential date")."""
    is_said = refusal.answer.says("mismatching date in", "date is not the same as x-amz-date")
    if not is_said or any(mistake.kind is MistakeKind.OTHER_DAY for mistake in refusal.url.mistakes):
        return None
    if refusal.answer.says("authorization"):
        return refusal.broken(Code.REQUEST_CHANGED, difference="authorization", headers="Authorization")
    return refusal.broken(Code.REFUSED_OTHER)


def find_unsigned_headers(refusal: Refusal) -> Finding | None:
    """The probe sends no `x-amz-` header. That `host` is missing among the signed is a fault of the URL's own."""
    if not refusal.answer.says("headers present in the request which were not signed"):
        return None
    if "host" in refusal.answer.unsigned_headers.lower().replace(" ", "").split(","):
        kind = MistakeKind.HOST_UNSIGNED
        return refusal.broken(Code.SIGNED_WRONG, mistake=kind.value, parameter="X-Amz-SignedHeaders")
    return refusal.broken(Code.REQUEST_CHANGED, difference="headers", headers=refusal.answer.unsigned_headers)


def find_lost_signature(refusal: Refusal) -> Finding | None:
    """A signed URL that the store takes for one without a signature."""
    if refusal.url.style is Style.UNSIGNED or not _is_unauthenticated(refusal):
        return None
    if refusal.denial.is_of_account:
        return refusal.broken(
            Code.ACCOUNT_BLOCKED,
            access_key_id=refusal.url.access_key_id,
            limit="public-use",
            one_of=Code.REQUEST_CHANGED.value,
        )
    return refusal.broken(Code.REQUEST_CHANGED, difference="signature", guessed="yes")


def _is_unauthenticated(refusal: Refusal) -> bool:
    if refusal.code == refusal_words.UNAUTHENTICATED:
        return True
    return refusal.code in DENIED_CODES and (refusal.denial.is_anonymous or refusal.denial.is_of_account)


def find_other_request(refusal: Refusal) -> Finding | None:
    """A denial of what no download asks for."""
    if refusal.url.style not in _SIGNED or not refusal.denial.is_of_another_request:
        return None
    return refusal.broken(Code.REQUEST_CHANGED, difference="action", action=refusal.denial.action)
