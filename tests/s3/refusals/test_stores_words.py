"""What a store says is evidence: the action, the policy, the header, the request that it names.

The bodies have the shape of those in public reports, with ids, hosts and names of our own. Beside each stands where it
was reported.
"""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.texts.pages import findings
from tests.s3.refusals.reading import HOST, find_cause, sign_v2, sign_v4, xml

USER = "User: arn:aws:sts::123456789012:assumed-role/app/session is not authorized to perform: "
OBJECT = ' on resource: "arn:aws:s3:::files/reports/2026.pdf" '


def deny(action: str, reason: str) -> str:
    return xml("AccessDenied", f"{USER}{action}{OBJECT}{reason}")


@pytest.mark.parametrize(
    "reason",
    [
        "because no identity-based policy allows the s3:ListBucket action",
        "with an explicit deny in a resource-based policy",
        "because no session policy allows the s3:ListBucket action",
    ],
)
def test_a_download_that_is_denied_the_listing_asked_for_what_is_not_there(reason: str) -> None:
    """aws/aws-cli#2041, KensioSoftware/yulin#1252: without the permission to list, a missing object is a denial."""
    cause = find_cause(sign_v4(), 403, deny("s3:ListBucket", reason))
    assert (cause.code, cause.is_certain) == (Code.OBJECT_MISSING, True)


def test_a_denial_of_the_versions_listing_means_that_the_version_is_not_there() -> None:
    url = sign_v4(extra="&versionId=abc")
    cause = find_cause(url, 403, deny("s3:ListBucketVersions", "because no identity-based policy allows it"))
    assert (cause.code, cause.is_certain) == (Code.VERSION_MISSING, True)


def test_a_url_that_lists_a_bucket_needs_the_permission_to_list() -> None:
    url = sign_v4("/", extra="&list-type=2&prefix=reports")
    cause = find_cause(url, 403, deny("s3:ListBucket", "because no identity-based policy allows the action"))
    assert cause.code is Code.PERMISSION_LOST


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("with an explicit deny in a resource-based policy", "the bucket's policy"),
        ("with an explicit deny in an identity-based policy", "the policies of the key's user or role"),
        ("with an explicit deny in a service control policy", "a service control policy (SCP)"),
        ("with an explicit deny in a resource control policy", "a resource control policy (RCP)"),
        ("with an explicit deny in a session policy", "the policy of the session"),
        ("with an explicit deny in a VPC endpoint policy", "the policy of the VPC endpoint"),
        ("with an explicit deny in a permissions boundary", "the permissions boundary"),
        ("because no VPC endpoint policy allows the s3:GetObject action", "the policy of the VPC endpoint"),
        ("because no resource control policy allows the s3:GetObject action", "a resource control policy (RCP)"),
    ],
)
def test_the_policy_that_denies_is_named(reason: str, named: str) -> None:
    """Panfactum/stack#190: an explicit deny in an identity-based policy, by address."""
    cause = find_cause(sign_v4(), 403, deny("s3:GetObject", reason))
    assert (cause.code, cause.is_certain) == (Code.PERMISSION_LOST, True)
    assert named in findings.sentence(cause)
    assert ("explicit Deny" in findings.sentence(cause)) is reason.startswith("with")


def test_the_reason_is_kept_however_long_the_names_before_it() -> None:
    name = "a-rather-long-name-of-a-role-" * 2
    user = f"User: arn:aws:sts::123456789012:assumed-role/{name}/{name} is not authorized to perform: s3:GetObject on "
    reason = "with an explicit deny in a service control policy"
    cause = find_cause(sign_v4(), 403, xml("AccessDenied", f'{user}resource: "{"deep/" * 60}" {reason}'))
    assert cause.params["policy"] == "service-control"
    assert len(cause.params["store_message"]) <= 300


def test_the_permission_that_is_missing_is_named() -> None:
    url = sign_v4(extra="&versionId=abc")
    cause = find_cause(url, 403, deny("s3:GetObjectVersion", "because no identity-based policy allows the action"))
    assert "s3:GetObjectVersion" in findings.cure(cause)


@pytest.mark.proves("request-changed")
@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ListAllMyBuckets", "s3:DeleteObject"])
def test_a_denial_of_what_no_download_asks_for_tells_of_a_changed_request(action: str) -> None:
    cause = find_cause(sign_v4(), 403, deny(action, "because no identity-based policy allows the action"))
    assert (cause.code, action in findings.sentence(cause)) == (Code.REQUEST_CHANGED, True)


def test_a_second_mechanism_was_added_by_something_in_front() -> None:
    """penpot/penpot#10776, request/request#860: a proxy, or a client, passes its own Authorization on."""
    words = (
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
        "the Authorization header should be specified"
    )
    body = xml(
        "InvalidArgument", words, "<ArgumentName>Authorization</ArgumentName><ArgumentValue>Token x</ArgumentValue>"
    )
    for url in (sign_v4(), sign_v2()):
        cause = find_cause(url, 400, body)
        assert (cause.code, cause.verdict, cause.is_certain) == (Code.REQUEST_CHANGED, Verdict.BROKEN, True)
        assert "Authorization" in findings.sentence(cause)
        assert "mail" not in findings.cure(cause)


def test_a_url_with_two_signatures_of_its_own_blames_nothing_in_front() -> None:
    twice = sign_v4(extra="&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=abc%3D&Expires=4102444800")
    cause = find_cause(twice, 400, xml("InvalidArgument", "Only one auth mechanism allowed; only the ..."))
    assert (cause.code, cause.params["mistake"]) == (Code.SIGNED_WRONG, "twice")


def test_headers_that_were_not_signed_were_added_by_something_in_front() -> None:
    """aws/aws-sdk-js#896, odysseyscience/react-s3-uploader#110, with what a proxy adds."""
    words = "There were headers present in the request which were not signed"
    body = xml("AccessDenied", words, "<HeadersNotSigned>x-amz-security-token, x-amz-acl</HeadersNotSigned>")
    cause = find_cause(sign_v4(), 403, body)
    assert (cause.code, "x-amz-acl" in findings.sentence(cause)) == (Code.REQUEST_CHANGED, True)


def test_that_the_host_is_not_signed_is_the_urls_own_fault() -> None:
    """brendanhay/amazonka#272, aws/aws-sdk-java#1680."""
    words = "There were headers present in the request which were not signed"
    cause = find_cause(sign_v4(), 403, xml("AccessDenied", words, "<HeadersNotSigned>host</HeadersNotSigned>"))
    assert (cause.code, cause.params["mistake"]) == (Code.SIGNED_WRONG, "host-unsigned")


@pytest.mark.parametrize(
    "body",
    [
        xml("MissingAuthenticationToken", "Missing authentication token."),
        xml(
            "AccessDenied",
            "Access denied.",
            "<Details>Anonymous caller does not have storage.objects.get access</Details>",
        ),
        xml("AccessDenied", "User: anonymous is not authorized to perform: s3:GetObject on resource: x"),
        '{"message":"Missing Authentication Token"}',
        '{"code":"NotAuthenticated","message":"The required information to complete authentication was not provided."}',
    ],
)
def test_a_signed_url_that_the_store_takes_for_an_unsigned_one_lost_its_signature(body: str) -> None:
    """boto/boto3#3678, googleapis/google-cloud-go#1062, amplify-education/serverless-domain-manager#20,
    oracle/learning-library#1358."""
    for url in (sign_v4(), sign_v4(host="files.example.com")):
        cause = find_cause(url, 403, body)
        assert (cause.code, cause.verdict, cause.is_certain) == (Code.REQUEST_CHANGED, Verdict.BROKEN, False)


PUBLIC_USE = "Public use of objects is not allowed by this account. Please contact support for assistance."


def test_an_account_that_allows_no_public_use_is_named() -> None:
    """HBLL-Collection-Development/omeka-s-any-cloud#50: Wasabi, trial accounts."""
    signed = find_cause(sign_v4(host="files.s3.wasabisys.com"), 403, xml("AccessDenied", PUBLIC_USE))
    assert (signed.code, signed.alternatives) == (Code.ACCOUNT_BLOCKED, ("request-changed",))
    assert "public use" in findings.sentence(signed)
    plain = find_cause("https://files.s3.wasabisys.com/a.png", 403, xml("AccessDenied", PUBLIC_USE))
    assert (plain.code, plain.is_certain) == (Code.NOT_PUBLIC, True)
    assert "account" in findings.sentence(plain)


@pytest.mark.proves("not-public")
def test_an_unsigned_url_that_is_denied_is_not_public_and_lost_no_permission() -> None:
    """ddollar/forego#6, googleapis/google-cloud-node#2806."""
    for url in ("https://files.s3.amazonaws.com/a.png", "https://minio.example.com/files/a.png"):
        cause = find_cause(url, 403, xml("AccessDenied", "Access Denied"))
        assert (cause.code, cause.verdict) == (Code.NOT_PUBLIC, Verdict.BROKEN)
        assert cause.alternatives == ("object-missing",)
        assert "access key" not in findings.sentence(cause)


def test_an_unsigned_url_that_is_denied_the_listing_leads_to_nothing() -> None:
    cause = find_cause(
        "https://files.s3.amazonaws.com/a.png", 403, deny("s3:ListBucket", "because no policy allows it")
    )
    assert cause.code is Code.OBJECT_MISSING


def test_a_website_endpoint_reads_no_signature_so_its_denial_is_none_of_a_key() -> None:
    page = (
        "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1>"
        "<ul><li>Code: AccessDenied</li><li>Message: Access Denied</li></ul></body></html>"
    )
    url = sign_v4(host="files.s3-website-eu-west-1.amazonaws.com")
    cause = find_cause(url, 403, page, {"content-type": "text/html; charset=utf-8"})
    assert cause.code is Code.NOT_PUBLIC


@pytest.mark.proves("response-header-refused")
def test_a_file_name_beyond_latin_1_is_told_as_that() -> None:
    """IQSS/dataverse#4524."""
    url = sign_v4(extra="&response-content-disposition=attachment%3B%20filename%3D%E5%A0%B1.pdf")
    argument = "<ArgumentName>response-content-disposition</ArgumentName>"
    body = xml("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", argument)
    for told in (body, body.replace(argument, "")):
        cause = find_cause(url, 400, told)
        assert (cause.code, cause.verdict, cause.is_certain) == (Code.RESPONSE_HEADER_REFUSED, Verdict.BROKEN, True)
        assert "Latin-1" in findings.sentence(cause)


def test_response_parameters_on_an_unsigned_url_are_told_as_that() -> None:
    words = "Request specific response headers cannot be used for anonymous GET requests."
    url = "https://files.s3.amazonaws.com/a.pdf?response-content-disposition=attachment"
    cause = find_cause(url, 400, xml("InvalidRequest", words))
    assert (cause.code, cause.params["unsigned"]) == (Code.RESPONSE_HEADER_REFUSED, "yes")


MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


def echo(url: str, *, method: str = "GET", path: str = "", host: str = HOST, query: str = "", headers: str = "") -> str:
    sent, _, parameters = url.removeprefix("https://").partition("?")
    kept = "&".join(sorted(pair for pair in parameters.split("&") if not pair.startswith("X-Amz-Signature")))
    lines = [
        method,
        path or sent[sent.index("/") :],
        query or kept,
        *headers.split("\n")[: bool(headers)],
        f"host:{host}",
    ]
    canonical = "\n".join([*lines, "", "host", "UNSIGNED-PAYLOAD"]).replace("&", "&amp;")
    return xml("SignatureDoesNotMatch", MISMATCH, f"<CanonicalRequest>{canonical}</CanonicalRequest>")


@pytest.mark.parametrize(
    ("changed", "difference", "said"),
    [
        ({"host": "minio.internal:9000"}, "host", "minio.internal:9000"),
        ({"method": "HEAD"}, "method", "HEAD"),
        ({"path": "/files/reports/2027.pdf"}, "path", "/files/reports/2027.pdf"),
        ({"path": "/reports/b%2525.pdf"}, "encoding", "twice"),
        ({"headers": "content-type:application/pdf"}, "headers", "content-type"),
        ({"headers": "range:bytes=0-1"}, "headers", "range"),
        ({"query": "utm_source=mail"}, "query", "utm_source"),
    ],
)
def test_what_the_store_calculated_with_is_compared_with_the_url(
    changed: dict[str, str], difference: str, said: str
) -> None:
    """minio/minio#7857 and #12924, goauthentik/authentik#13463, rustfs/rustfs#5840, mhart/aws4fetch#39."""
    url = sign_v4("/reports/b%25.pdf")
    if "query" in changed:
        changed = {"query": url.partition("?")[2].rpartition("&")[0] + "&" + changed["query"]}
    cause = find_cause(url, 403, echo(url, **changed))
    assert (cause.code, cause.params["difference"]) == (Code.SIGNATURE_MISMATCH, difference)
    assert cause.is_certain
    assert said in findings.sentence(cause)


def test_a_store_that_sorts_parameters_otherwise_is_told_from_a_changed_url() -> None:
    url = sign_v4()
    pairs = url.partition("?")[2].rpartition("&")[0].split("&")
    cause = find_cause(url, 403, echo(url, query="&".join(reversed(pairs))))
    assert cause.params["difference"] == "order"


def test_what_was_calculated_with_the_very_url_leaves_the_secret_and_what_was_signed() -> None:
    for url in (sign_v4(), sign_v4(extra="&response-content-type=text%2Fplain")):
        cause = find_cause(url, 403, echo(url, host=f"{HOST}:443"))
        assert (cause.code, cause.is_certain) == (Code.SIGNATURE_MISMATCH, False)
        assert "exactly this URL" in findings.sentence(cause)
        assert "upload" in findings.sentence(cause)


def test_without_an_echo_every_cause_that_is_left_is_named() -> None:
    cause = find_cause(sign_v4(), 403, xml("SignatureDoesNotMatch", MISMATCH))
    assert not cause.is_certain
    for each in ("secret", "changed on its way", "another method", "proxy"):
        assert each in findings.sentence(cause)


def test_the_string_to_sign_of_old_tells_method_and_content_type() -> None:
    """aws/aws-sdk-js#948: a URL that was signed for an upload, opened as a download."""
    for text, difference in (("HEAD\n\n\n1\n/files/a.pdf", "method"), ("GET\n\ntext/csv\n1\n/files/a.pdf", "headers")):
        told = f"<StringToSign>{text}</StringToSign>"
        cause = find_cause(sign_v2(), 403, xml("SignatureDoesNotMatch", MISMATCH, told))
        assert cause.params["difference"] == difference


@pytest.mark.parametrize(
    ("stamp", "scope", "code", "said"),
    [
        ("", "{day}/eu-west-9/s3/aws4_request", Code.WRONG_REGION, "eu-west-9"),
        ("", "{day}/{region}/s3express/aws4_request", Code.WRONG_SERVICE, "s3express"),
        ("20200101T000000Z", "20200101/{region}/s3/aws4_request", Code.SIGNATURE_MISMATCH, "20200101T000000Z"),
        ("", "{day}/{region}/s3/aws4_request", Code.SIGNATURE_MISMATCH, "one of these"),
    ],
)
@pytest.mark.parametrize("is_alone", [True, False])
def test_the_scope_that_a_store_signed_for_is_compared_with_the_urls(
    *, stamp: str, scope: str, code: Code, said: str, is_alone: bool
) -> None:
    url = sign_v4()
    parameters = dict(parse_qsl(url.partition("?")[2]))
    _, day, region, *_ = parameters["X-Amz-Credential"].split("/")
    lines = ("AWS4-HMAC-SHA256", stamp or parameters["X-Amz-Date"], scope.format(day=day, region=region), "0a" * 32)
    told = "<StringToSign>" + "\n".join(lines) + "</StringToSign>"
    body = xml("SignatureDoesNotMatch", MISMATCH, told) if is_alone else echo(url).replace("<Canon", f"{told}<Canon")
    cause = find_cause(url, 403, body)
    assert cause.code is code
    assert said in findings.sentence(cause)
    assert cause.is_certain is (said != "one of these")


def test_nothing_secret_of_an_echo_is_kept() -> None:
    token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN" * 4
    url = sign_v4(extra=f"&X-Amz-Security-Token={token}", key_id="ASIAIOSFODNN7EXAMPLE")
    body = echo(url, host="minio.internal:9000", query=f"X-Amz-Security-Token={token}&{token}=1")
    cause = find_cause(url, 403, body)
    assert token not in repr(cause)
    assert cause.params["difference"] == "host"


def of_every_store_said(cause: Finding) -> str:
    return f"{findings.sentence(cause)} {findings.cure(cause)}"


def test_the_words_are_those_of_whoever_has_the_url() -> None:
    cause = find_cause(sign_v4(age=timedelta(minutes=1)), 403, echo(sign_v4(), host="minio.internal:9000"))
    assert "proxy" in of_every_store_said(cause).lower()
