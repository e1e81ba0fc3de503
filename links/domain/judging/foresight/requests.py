"""Which request a URL was signed for: whoever opens it sends a GET, without a body and with the browser's headers."""

import re

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case
from links.domain.signed_urls.mistakes import is_word
from links.domain.signed_urls.reading import SignedUrl, Style

# AWS's SDK for JavaScript writes as `x-id` which operation it signed. All of these are asked for by GET.
_OF_READING = ("get", "list")
# S3 API reference, PutObject, UploadPart and POST Object: what only a request that writes has.
_OF_WRITING = re.compile(
    r"x-amz-(?:acl|grant-[a-z-]+|storage-class|tagging|meta-.+|server-side-encryption(?:-.+)?|website-redirect-location"
    r"|object-lock-.+|decoded-content-length|copy-source(?:-.+)?|checksum-(?:crc|sha).+|sdk-checksum-algorithm)"
)
_HEADERS_OF_WRITING = frozenset({"content-type", "content-md5", "content-length", "content-encoding"})
_BEYOND_LATIN_1 = re.compile(r"[^\t\x20-\x7e\xa0-\xff]")


def find_upload(case: Case) -> Finding | None:
    """A signature holds for one method, so a download that was served was signed for. What the SDK says of itself is
    sure; parameters of uploads speak for it, and where headers of theirs are signed as well nobody can open it."""
    url = case.url
    if url.style is Style.OTHER and not case.served:
        return _find_what_azure_refuses(url)
    if case.served or url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    action = url.parameters.get("x-id", "")
    is_of_reading = action.lower().startswith(_OF_READING)
    if action and not is_of_reading and re.fullmatch(r"[A-Za-z]{3,60}", action) and not is_word(action):
        return Finding(Code.SIGNED_FOR_UPLOAD, Verdict.BROKEN, None, {"action": action})
    if is_form(url):
        return Finding(Code.SIGNED_FOR_UPLOAD, Verdict.BROKEN, None, {"form": "yes"})
    traces = [name for name in url.parameters if name == "uploadid" or _OF_WRITING.fullmatch(name)]
    if not traces or (action and is_of_reading):
        return None
    verdict = Verdict.BROKEN if is_of_upload(url) else Verdict.AT_RISK
    return Finding(Code.SIGNED_FOR_UPLOAD, verdict, None, {"what": ", ".join(traces)})


def _find_what_azure_refuses(url: SignedUrl) -> Finding | None:
    permissions = url.marks.get("permissions", "")
    if permissions and "r" not in permissions:
        return Finding(Code.SIGNED_FOR_UPLOAD, Verdict.BROKEN, None, {"permissions": permissions})
    outside = _find_outside_account_scope(url)
    return Finding(Code.SIGNED_FOR_UPLOAD, Verdict.BROKEN, None, {"scope": outside}) if outside else None


_AZURE_HOST = re.compile(r"[a-z0-9-]+\.(?:z[0-9]+\.)?(blob|dfs|file)\.(?:core|storage)\..+")
_AZURE_SERVICES = {"blob": "b", "dfs": "b", "file": "f"}


def _find_outside_account_scope(url: SignedUrl) -> str:
    """Which part of an account's signature leaves files out: `ss` are the services that it holds for, `srt` the kinds
    of resources, of which a file is an object (Azure Storage, "Create an account SAS"). Empty where neither does."""
    services, resources = url.marks.get("services", ""), url.marks.get("resources", "")
    if not services or not resources or "comp" in url.parameters:
        return ""
    host = _AZURE_HOST.fullmatch(url.hostname)
    if host and _AZURE_SERVICES[host[1]] not in services:
        return f"ss={services}"
    return "" if "o" in resources else f"srt={resources}"


def is_form(url: SignedUrl) -> bool:
    """Whether it holds the fields of a form that uploads (S3 API reference, "POST Policy"). A policy beside a second
    signature is that of the content network in front, as Hugging Face's URLs have both."""
    is_form = "policy" in url.parameters and url.style in (Style.SIGV4, Style.SIGV2)
    return is_form and "policy" not in url.second


def is_of_upload(url: SignedUrl) -> bool:
    """Whether headers are signed that only an upload has."""
    return any(name in _HEADERS_OF_WRITING or _OF_WRITING.fullmatch(name) for name in url.unsent)


def find_refused_header(case: Case) -> Finding | None:
    """S3 API reference, GetObject: response headers are for signed requests, and have to be what HTTP can write
    ("Header value cannot be represented using ISO-8859-1"). Elsewhere nobody knows, until the store says so."""
    url = case.url
    if case.served:
        return None
    named = {name: value for name, value in url.parameters.items() if name.startswith("response-")}
    refused = next((name for name, value in named.items() if _BEYOND_LATIN_1.search(value)), "")
    is_sure = url.is_aws or (case.answer is not None and case.answer.status == 400)
    verdict = Verdict.BROKEN if is_sure else Verdict.AT_RISK
    if url.style in (Style.SIGV4, Style.SIGV2) and refused:
        return Finding(Code.RESPONSE_HEADER_REFUSED, verdict, None, {"parameter": refused})
    if url.style is Style.UNSIGNED and url.is_aws and named:
        params = {"parameter": next(iter(named)), "unsigned": "yes"}
        return Finding(Code.RESPONSE_HEADER_REFUSED, Verdict.BROKEN, None, params)
    return None
