"""Answers of other stores, services and gateways: JSON, plain text, HTML, XML of their own. A sentence that says what
is wrong with the link counts; a page that only somebody in between can have written tells nothing of the link.
"""

from datetime import datetime, timedelta

import pytest

from links.domain.findings import Code, Verdict
from links.domain.stores.answers import Form
from links.s3.responses import read_answer
from links.texts.pages import findings
from tests.s3.refusals.reading import NOW, find_cause, sign_v4, xml

JSON, TEXT, HTML = ({"content-type": kind} for kind in ("application/json", "text/plain", "text/html; charset=utf-8"))
DAY = timedelta(days=1)
OVER, TO_COME = NOW - DAY, NOW + DAY


def azure(ends: datetime) -> str:
    return f"https://acme.blob.core.windows.net/c/a.pdf?sv=2022-11-02&sr=b&sp=r&se={ends:%Y-%m-%dT%H%%3A%M%%3A%SZ}&sig={'A' * 43}%3D"


def google(ends: datetime) -> str:
    return f"https://storage.googleapis.com/acme/a.pdf?GoogleAccessId=a%40b.iam&Expires={ends:%s}&Signature=abc%3D"


def swift(ends: datetime) -> str:
    return (
        f"https://swift.example.com/v1/AUTH_1/c/a.pdf?temp_url_sig={'0a' * 20}&temp_url_expires={int(ends.timestamp())}"
    )


def discord(ends: datetime) -> str:
    moment = int(ends.timestamp())
    return f"https://cdn.discordapp.com/attachments/1/2/a.png?ex={moment:x}&is={moment - 86_400:x}&hm={'0a' * 32}&"


def backblaze(ends: datetime) -> str:
    stamps = f"{ends - DAY:%Y%m%d%H%M%S}_f1_000_{ends:%Y%m%d%H%M%S}"
    return f"https://f001.backblazeb2.com/file/acme/a.pdf?Authorization=3_{stamps}_0000_dnld"


ORACLE = "https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/FakeParTokenFakeParToken/n/acme/b/files/o/a.zip"
SUPABASE = (
    "https://acme.supabase.co/storage/v1/object/sign/files/a.pdf?token=eyJhbGciOiJIUzI1NiJ9.eyJ1cmwiOiJmaWxlcyJ9.c2ln"
)
UNKNOWN_SIGNER = "https://files.example.com/a.pdf?token=0123456789abcdef0123456789abcdef0"
PLAIN = "https://files.example.com/a.pdf"
AZURE_FAILED = (
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly."
)
FRAME = "Signature not valid in the specified time frame: Start [{}] - Expiry [{}] - Current [{}]"
DETAIL = "<AuthenticationErrorDetail>{}</AuthenticationErrorDetail>"


def in_words(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


@pytest.mark.parametrize(
    ("url", "status", "body", "headers", "code"),
    [
        # Azure: microsoft/AzureStorageExplorer#3219 and #6198, Azure/azure-storage-ruby#217
        (azure(OVER), 403, xml("AuthenticationFailed", AZURE_FAILED, DETAIL.format(FRAME.format(in_words(OVER - DAY), in_words(OVER), in_words(NOW)))), {}, Code.SIGNATURE_ENDED),
        (azure(TO_COME), 403, xml("AuthenticationFailed", AZURE_FAILED, DETAIL.format("Signature did not match. String to sign used was r")), {}, Code.SIGNATURE_MISMATCH),
        (azure(OVER), 403, xml("AuthenticationFailed", AZURE_FAILED, DETAIL.format("Signed expiry time [a] has to be after signed start time [b]")), {}, Code.SIGNATURE_ENDED),
        (azure(TO_COME), 404, xml("BlobNotFound", "The specified blob does not exist."), {}, Code.OBJECT_MISSING),
        (azure(TO_COME), 403, xml("AuthorizationFailure", "This request is not authorized to perform this operation."), {}, Code.LINK_REFUSED),
        ("https://acme.blob.core.windows.net/c/a.pdf", 409, xml("PublicAccessNotPermitted", "Public access is not permitted on this storage account."), {}, Code.NOT_PUBLIC),
        # Google
        (google(OVER), 400, xml("ExpiredToken", "The provided token has expired."), {}, Code.SIGNATURE_ENDED),
        (google(TO_COME), 403, xml("AccessDenied", "Access denied.", "<Details>a@b.iam does not have storage.objects.get access to the Google Cloud Storage object.</Details>"), {}, Code.LINK_REFUSED),
        # Swift: fog/fog-openstack#372, dennisv/django-storage-swift#79
        (swift(OVER), 401, "401 Unauthorized: Temp URL invalid\n", TEXT, Code.SIGNATURE_ENDED),
        (swift(TO_COME), 401, "401 Unauthorized: Temp URL invalid\n", TEXT, Code.LINK_REFUSED),
        # Oracle: oracle/learning-library#1358 and #1491
        (ORACLE, 404, '{"code":"BucketNotFound","message":"Either the bucket named \'files\' does not exist in the namespace \'acme\' or you are not authorized to access it"}', JSON, Code.LINK_REFUSED),
        (ORACLE, 404, '{"code":"NotAuthorizedOrNotFound","message":"Authorization failed or requested resource not found."}', JSON, Code.LINK_REFUSED),
        # Supabase: supabase/supabase-flutter#402
        (SUPABASE, 400, '{"statusCode":"400","error":"InvalidJWT","message":"jwt expired"}', JSON, Code.SIGNATURE_ENDED),
        (SUPABASE, 400, '{"statusCode":"400","error":"InvalidJWT","message":"\\"exp\\" claim timestamp check failed"}', JSON, Code.SIGNATURE_ENDED),
        (SUPABASE, 400, '{"statusCode":"404","error":"not_found","message":"Object not found"}', JSON, Code.OBJECT_MISSING),
        # Backblaze: Backblaze/B2_Command_Line_Tool#582
        (backblaze(OVER), 401, '{"code": "expired_auth_token", "message": "", "status": 401}', JSON, Code.SIGNATURE_ENDED),
        (backblaze(TO_COME), 401, '{"code": "bad_auth_token", "message": "", "status": 401}', JSON, Code.LINK_REFUSED),
        # Discord: Zeptosec/Thermastore#11, dortania/OpenCore-Install-Guide#460
        (discord(OVER), 404, "This content is no longer available.", TEXT, Code.SIGNATURE_ENDED),
        (discord(TO_COME), 404, "This content is no longer available.", TEXT, Code.OBJECT_MISSING),
        # Alibaba, for an unsigned URL
        ("https://acme.oss-cn-hangzhou.aliyuncs.com/a.pdf", 403, xml("AccessDenied", "You have no right to access this object because of bucket acl."), {}, Code.NOT_PUBLIC),
        # Anybody's own links, by their sentence
        (UNKNOWN_SIGNER, 403, '{"error": "URL signature expired"}', JSON, Code.SIGNATURE_ENDED),
        (UNKNOWN_SIGNER, 403, "<html><head><title>Link expired</title></head><body><h1>This download link has expired.</h1></body></html>", HTML, Code.SIGNATURE_ENDED),
        (UNKNOWN_SIGNER, 403, "Invalid signature", TEXT, Code.SIGNATURE_MISMATCH),
        (UNKNOWN_SIGNER, 410, "", HTML, Code.OBJECT_MISSING),
        (UNKNOWN_SIGNER, 410, "<html><head><title>410 Gone</title></head></html>", HTML, Code.OBJECT_MISSING),
        (PLAIN, 404, "<html><head><title>404 Not Found</title></head><body><center>nginx</center></body></html>", HTML, Code.OBJECT_MISSING),
        (sign_v4(host="files.example.com"), 403, '{"message": "The presigned URL has expired"}', JSON, Code.REASON_CONTRADICTED),
        (sign_v4(host="files.example.com", age=2 * DAY), 403, '{"message": "The presigned URL has expired"}', JSON, Code.SIGNATURE_ENDED),
    ],
)  # fmt: skip
@pytest.mark.proves("link-refused")
def test_a_sentence_that_says_it_is_evidence(
    url: str, status: int, body: str, headers: dict[str, str], code: Code
) -> None:
    cause = find_cause(url, status, body, headers)
    assert (cause.code, cause.verdict) == (code, Verdict.BROKEN)
    assert "proxy in between" not in findings.sentence(cause)


def test_one_of_several_is_said_with_all_of_them() -> None:
    cause = find_cause(ORACLE, 404, '{"code":"BucketNotFound","message":"... or you are not authorized to access it"}')
    assert cause.alternatives == ("signature-ended", "url-changed", "object-missing")
    assert "expired" in findings.sentence(cause)
    in_time = find_cause(swift(TO_COME), 401, "401 Unauthorized: Temp URL invalid", TEXT)
    assert in_time.alternatives == ("url-changed", "object-missing")
    assert "does not expire until" in findings.sentence(in_time)


@pytest.mark.parametrize(
    ("status", "body", "headers", "what", "by"),
    [
        (403, '{"message":"Forbidden"}', {**JSON, "x-amzn-errortype": "ForbiddenException", "apigw-requestid": "x="}, "proxy", "Amazon API Gateway"),
        (403, "<html><head><title>Just a moment...</title></head></html>", {**HTML, "server": "cloudflare", "cf-mitigated": "challenge"}, "proxy", "Cloudflare"),
        (403, "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>", {**HTML, "server": "nginx/1.25.3"}, "proxy", "nginx"),
        (403, "RBAC: access denied", {**TEXT, "server": "istio-envoy"}, "proxy", "Envoy"),
        (403, "<html><h1>Zscaler has blocked this page</h1></html>", HTML, "proxy", "Zscaler"),
        (403, "<html><h1>Access denied</h1></html>", {**HTML, "via": "1.1 cache.example (squid/5.7)"}, "proxy", "cache.example"),
        (403, "<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>403 ERROR</h1><p>Request blocked.</p></body></html>", {**HTML, "x-cache": "Error from cloudfront"}, "proxy", "CloudFront"),
        (403, "<html><h2>The Amazon CloudFront distribution is configured to block access from your country.</h2></html>", HTML, "country", ""),
        (403, "<html><h1>Sign in</h1></html>", HTML, "stranger", ""),
        (404, "<html><h1>Not Found</h1></html>", HTML, "stranger", ""),
        (401, '{"error": "invalid_token", "error_description": "The access token expired"}', JSON, "stranger", ""),
        (200, "<html><h1>Link expired</h1></html>", HTML, "stranger", ""),
    ],
)  # fmt: skip
def test_what_somebody_in_between_says_tells_nothing_of_the_link(
    status: int, body: str, headers: dict[str, str], what: str, by: str
) -> None:
    cause = find_cause(sign_v4(), status, body, headers)
    assert (cause.code, cause.verdict, cause.params["what"]) == (Code.UNREACHABLE, Verdict.UNKNOWN, what)
    assert cause.params.get("by", "").startswith(by)
    assert ("proxy" in findings.sentence(cause)) is (what == "proxy")


@pytest.mark.parametrize(
    ("body", "form", "code", "label"),
    [
        (xml("NoSuchKey"), Form.XML, "NoSuchKey", ""),
        ('{"code": "NoSuchKey"}', Form.JSON, "NoSuchKey", ""),
        ('{"code": "FORBIDDEN", "message": "blocked"}', Form.JSON, "", "FORBIDDEN"),
        ('{"error": {"code": "unauthorized", "message": "no"}}', Form.JSON, "", "unauthorized"),
        ("<!doctype html><title>Hello</title>", Form.HTML, "", ""),
        ("no", Form.TEXT, "", ""),
        ("", Form.NONE, "", ""),
        ("\x00\x01\x02", Form.NONE, "", ""),
        ("[" * 5_000, Form.NONE, "", ""),
    ],
)
def test_what_a_refusal_is_written_in_is_told(body: str, form: Form, code: str, label: str) -> None:
    answer = read_answer(403, {}, body.encode())
    assert (answer.form, answer.code, answer.label) == (form, code, label)


@pytest.mark.parametrize(
    "piece", ["<p>", "<h1>a", "<title", "<CanonicalRequest>", "<Error>", "&lt;", "<li>Code: A</li>"]
)
def test_a_hostile_page_is_read_in_bounded_time(piece: str) -> None:
    page = f"<html>{piece * (64_000 // len(piece))}".encode()
    assert len(read_answer(403, {}, page).message) <= 300
