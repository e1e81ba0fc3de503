"""What a URL's host says against what it was signed for, at AWS's many kinds of endpoint and elsewhere."""

from urllib.parse import quote

import pytest

from links.domain.findings import Code, Verdict
from links.domain.judging.foresight import foresee
from links.domain.judging.verdicts import judge
from links.domain.signed_urls.reading import SignedUrl, read
from tests.domain.builders import KEY_ID, NOW, SERVED, facts, refused

R2_KEY = "0123456789abcdef0123456789abcdef"


def sign(host: str, region: str = "us-east-1", service: str = "s3", key_id: str = KEY_ID, **more: str) -> SignedUrl:
    """A SigV4 URL for `host`, with a scope of its own; `path`, `scheme` and `algorithm` may be given."""
    stamp, path = NOW.strftime("%Y%m%dT%H%M%SZ"), more.get("path", "/a/b.pdf")
    scope = quote(f"{key_id}/{stamp[:8]}/{region}/{service}/aws4_request", safe="")
    return read(
        f"{more.get('scheme', 'https')}://{host}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}"
        f"&X-Amz-Date={stamp}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
    )


def sign_v2(host: str, key_id: str = KEY_ID) -> SignedUrl:
    ends = int(NOW.timestamp()) + 3600
    return read(f"https://{host}/a/b.pdf?AWSAccessKeyId={key_id}&Expires={ends}&Signature={'A' * 27}%3D")


def sign_v4a(host: str, regions: str = "*") -> SignedUrl:
    stamp = NOW.strftime("%Y%m%dT%H%M%SZ")
    return read(
        f"https://{host}/a.pdf?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential={KEY_ID}%2F{stamp[:8]}%2Fs3%2F"
        f"aws4_request&X-Amz-Region-Set={quote(regions)}&X-Amz-Date={stamp}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=3045"
    )


def foreseen(url: SignedUrl, *, served: bool = False) -> dict[Code, Verdict]:
    found = foresee(facts(url, days=0.01), SERVED if served else None, NOW)
    return {finding.code: finding.verdict for finding in found}


@pytest.mark.parametrize("regions", ["*", "eu-west-1", "us-east-1,eu-west-1", "us-east-1, eu-west-1", "eu-*", ""])
@pytest.mark.parametrize("host", ["files.s3.eu-west-1.amazonaws.com", "files.s3.amazonaws.com", "minio.example.com"])
def test_a_set_of_regions_that_has_the_hosts_is_in_order(host: str, regions: str) -> None:
    assert Code.WRONG_REGION not in foreseen(sign_v4a(host, regions))


@pytest.mark.parametrize("regions", ["us-east-1", "us-east-1,us-west-2", "us-*"])
def test_a_set_of_regions_without_the_hosts_is_broken_unasked(regions: str) -> None:
    url = sign_v4a("files.s3.eu-west-1.amazonaws.com", regions)
    assert foreseen(url)[Code.WRONG_REGION] is Verdict.BROKEN
    assert foreseen(url, served=True)[Code.WRONG_REGION] is Verdict.AT_RISK
    assert Code.WRONG_REGION not in foreseen(sign_v4a("abc.mrap.accesspoint.s3-global.amazonaws.com", regions))


SAME_REGION = [
    ("files.s3.eu-west-2.amazonaws.com", "eu-west-2"),
    ("s3-eu-west-1.amazonaws.com", "eu-west-1"),
    ("files.s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("files.s3.dualstack.ap-northeast-1.amazonaws.com", "ap-northeast-1"),
    ("files.s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("files.s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ("files.s3.xx-north-9.amazonaws.com", "xx-north-9"),  # not opened yet
    ("files.s3-accelerate.amazonaws.com", "eu-south-1"),
    ("files.s3.amazonaws.com", "eu-central-1"),
    ("s3.amazonaws.com", "us-east-1"),
    ("s3-external-1.amazonaws.com", "us-east-1"),
    ("files.bucket.vpce-1a-5e.s3.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
    ("files-1.s3-accesspoint.eu-west-1.amazonaws.com", "eu-west-1"),
    ("minio.example.com", "undefined"),
    ("files.s3.eu-central-1.wasabisys.com", "us-east-1"),
]


@pytest.mark.parametrize(("host", "region"), SAME_REGION)
def test_a_region_that_fits_the_host_is_no_finding(host: str, region: str) -> None:
    assert foreseen(sign(host, region)) == {}


OTHER_REGION = [
    ("crypts.s3.eu-west-2.amazonaws.com", "us-east-1"),
    ("s3-eu-west-1.amazonaws.com", "eu-west-2"),
    ("files.s3-fips.us-gov-west-1.amazonaws.com", "us-west-1"),
    ("files.s3.dualstack.ap-northeast-1.amazonaws.com", "ap-northeast-2"),
    ("files.s3.cn-north-1.amazonaws.com.cn", "cn-northwest-1"),
    ("files.s3.us-east-1.amazonaws.com", "undefined"),
    ("files.s3-accelerate.amazonaws.com", "cn-north-1"),
    ("files.s3-accelerate.dualstack.amazonaws.com", "cn-northwest-1"),
    ("files.s3-accelerate.amazonaws.com.cn", "cn-north-1"),
    ("files.s3.us-east-1.amazonaws.com", "US-EAST-1"),
    ("files.s3.us-east-1.amazonaws.com", "aws-global"),
    ("files.s3.amazonaws.com", "af-south-1"),
    ("files.s3.amazonaws.com", "me-central-1"),
    ("files.s3.amazonaws.com", "us-gov-west-1"),
    ("files.s3.amazonaws.com", "None"),
    ("s3.amazonaws.com", "eu-west-1"),
    ("s3-external-1.amazonaws.com", "us-west-2"),
    ("files.bucket.vpce-1a-5e.s3.eu-west-1.vpce.amazonaws.com", "us-east-1"),
    ("files-1.s3-accesspoint.eu-west-1.amazonaws.com", "us-east-1"),
]


@pytest.mark.proves("wrong-region")
@pytest.mark.parametrize(("host", "region"), OTHER_REGION)
def test_a_scope_for_another_region_than_the_hosts_is_broken_unasked(host: str, region: str) -> None:
    assert foreseen(sign(host, region)) == {Code.WRONG_REGION: Verdict.BROKEN}
    assert foreseen(sign(host, region), served=True) == {Code.WRONG_REGION: Verdict.AT_RISK}


def test_a_bare_denial_is_explained_by_the_region_that_stands_in_the_url() -> None:
    answer = refused(403, "AccessDenied", "Access Denied")
    judgement = judge(facts(sign("files.s3.eu-west-2.amazonaws.com"), days=0.01), answer, NOW)
    assert [finding.code for finding in judgement.findings] == [Code.WRONG_REGION]


@pytest.mark.proves("wrong-service")
@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("foo-1.s3-object-lambda.us-east-1.amazonaws.com", "s3"),
        ("r-1.op-1.s3-outposts.us-east-1.amazonaws.com", "s3"),
        ("a--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "s3"),
        ("files.s3.us-east-1.amazonaws.com", "s3express"),
        ("files.s3.us-east-1.amazonaws.com", "execute-api"),
    ],
)
def test_a_scope_for_another_service_than_the_hosts_is_broken_unasked(host: str, service: str) -> None:
    assert foreseen(sign(host, service=service)) == {Code.WRONG_SERVICE: Verdict.BROKEN}


def test_the_service_that_a_host_takes_is_no_finding() -> None:
    assert foreseen(sign("foo-1.s3-object-lambda.us-east-1.amazonaws.com", service="s3-object-lambda")) == {}
    assert foreseen(sign("r-1.op-1.s3-outposts.us-east-1.amazonaws.com", service="s3-outposts")) == {}
    assert foreseen(sign("store.example.com", service="anything")) == {}


@pytest.mark.proves("legacy-signature")
@pytest.mark.parametrize(
    "host",
    [
        "files.s3.eu-central-1.amazonaws.com",
        "files.s3.us-east-2.amazonaws.com",
        "files.s3.cn-north-1.amazonaws.com.cn",
        "files.s3.xx-north-9.amazonaws.com",
        "files-1.s3-accesspoint.eu-west-1.amazonaws.com",
        "m.mrap.accesspoint.s3-global.amazonaws.com",
    ],
)
def test_sigv2_never_worked_where_it_was_never_taken(host: str) -> None:
    assert foreseen(sign_v2(host)) == {Code.LEGACY_SIGNATURE: Verdict.BROKEN}


@pytest.mark.parametrize("host", ["files.s3.eu-west-1.amazonaws.com", "files.s3.amazonaws.com", "s3.example.com"])
def test_sigv2_is_only_a_risk_where_it_may_be_taken(host: str) -> None:
    assert foreseen(sign_v2(host)) == {Code.LEGACY_SIGNATURE: Verdict.AT_RISK}


@pytest.mark.proves("bucket-with-dots")
def test_dots_in_the_bucket_break_the_certificate_over_https() -> None:
    assert foreseen(sign("my.files.s3.us-east-1.amazonaws.com")) == {Code.BUCKET_WITH_DOTS: Verdict.BROKEN}
    assert foreseen(sign("my.files.s3.amazonaws.com")) == {Code.BUCKET_WITH_DOTS: Verdict.BROKEN}
    assert foreseen(sign("my.files.s3.us-east-1.amazonaws.com", scheme="http")) == {}
    assert foreseen(sign("s3.us-east-1.amazonaws.com", path="/my.files/a.pdf")) == {}
    assert foreseen(sign("my.files.store.example.com")) == {}


@pytest.mark.proves("website-endpoint")
def test_a_website_endpoint_reads_no_signature() -> None:
    for host in ("reports.s3-website-eu-west-1.amazonaws.com", "my.reports.s3-website.eu-central-1.amazonaws.com"):
        assert foreseen(sign(host, "us-east-1")) == {Code.WEBSITE_ENDPOINT: Verdict.AT_RISK}


@pytest.mark.proves("one-region-signed")
def test_a_multi_region_access_point_wants_a_signature_for_any_region() -> None:
    host = "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com"
    assert foreseen(sign(host, "eu-west-1")) == {Code.ONE_REGION_SIGNED: Verdict.AT_RISK}
    assert foreseen(sign_v4a(host)) == {}


@pytest.mark.proves("key-id-impossible")
@pytest.mark.parametrize("key_id", ["minioadmin", "AKIAEXAMPLE", "akiaiosfodnn7example", "test"])
def test_at_aws_a_key_id_of_another_shape_is_no_key(key_id: str) -> None:
    assert foreseen(sign("files.s3.us-east-1.amazonaws.com", key_id=key_id)) == {Code.KEY_ID_IMPOSSIBLE: Verdict.BROKEN}
    assert foreseen(sign("store.example.com", key_id=key_id)) == {}


@pytest.mark.parametrize("key_id", ["undefined", "None", "<YOUR_KEY_ID>", "${AWS_ACCESS_KEY_ID}", "{{ key }}"])
@pytest.mark.parametrize("host", ["files.s3.us-east-1.amazonaws.com", "store.example.com"])
def test_a_word_where_a_key_id_should_stand_is_no_key_anywhere(host: str, key_id: str) -> None:
    assert foreseen(sign(host, key_id=key_id)) == {Code.KEY_ID_IMPOSSIBLE: Verdict.BROKEN}


@pytest.mark.parametrize("host", ["files.s3.us-east-1.amazonaws.com", "store.example.com"])
def test_a_url_without_a_key_id_was_signed_by_nobody(host: str) -> None:
    assert foreseen(sign(host, key_id="")) == {Code.KEY_ID_IMPOSSIBLE: Verdict.BROKEN}


def test_a_long_lived_id_from_before_the_prefixes_is_possible() -> None:
    assert foreseen(sign("files.s3.us-east-1.amazonaws.com", key_id="0PN5J17HBGZHT7JJ3X82")) == {}


@pytest.mark.proves("presigned-not-served")
@pytest.mark.parametrize(
    ("host", "key_id", "region"),
    [
        ("cdn.example.com", R2_KEY, "auto"),
        ("pub-0123.r2.dev", KEY_ID, "auto"),
        ("d111111abcdef8.cloudfront.net", KEY_ID, "us-east-1"),
    ],
)
def test_a_domain_in_front_of_the_store_refuses_its_signatures(host: str, key_id: str, region: str) -> None:
    assert foreseen(sign(host, region, key_id=key_id)) == {Code.PRESIGNED_NOT_SERVED: Verdict.AT_RISK}


def test_at_its_own_host_a_key_of_r2_is_no_finding() -> None:
    assert foreseen(sign(f"{R2_KEY}.r2.cloudflarestorage.com", "auto", key_id=R2_KEY)) == {}
    assert foreseen(sign("store.example.com", "auto")) == {}


@pytest.mark.proves("object-key-too-long")
def test_a_name_of_more_than_1024_bytes_cannot_be_an_objects() -> None:
    longest, longer = "/" + quote("報" * 341 + "a"), "/" + quote("報" * 341 + "ab")
    host = "files.s3.us-east-1.amazonaws.com"
    assert foreseen(sign(host, path=longest)) == {}
    assert foreseen(sign(host, path=longer)) == {Code.OBJECT_KEY_TOO_LONG: Verdict.BROKEN}
    assert foreseen(sign("s3.us-east-1.amazonaws.com", path=f"/files{longest}")) == {}
    assert foreseen(sign("store.example.com", path=f"/files{longer}")) == {Code.OBJECT_KEY_TOO_LONG: Verdict.AT_RISK}


@pytest.mark.parametrize(
    ("host", "suffix"),
    [
        ("files.s3.dualstack.cn-northwest-1.amazonaws.com", "amazonaws.com.cn"),
        ("s3.cn-north-1.amazonaws.com", "amazonaws.com.cn"),
        ("s3.eu-west-1.amazonaws.com.cn", "amazonaws.com"),
        ("files.s3.us-gov-west-1.amazonaws.com.cn", "amazonaws.com"),
        ("s3.eusc-de-east-1.amazonaws.com", "amazonaws.eu"),
        ("s3.eu-central-1.amazonaws.eu", "amazonaws.com"),
        ("s3.us-iso-east-1.amazonaws.com", "c2s.ic.gov"),
        ("reports-123456789012.s3-accesspoint.cn-north-1.amazonaws.com", "amazonaws.com.cn"),
    ],
)
def test_a_host_that_ends_as_another_partitions_does_not_exist(host: str, suffix: str) -> None:
    url = sign(host, read(f"https://{host}/").store.region)
    found = [finding for finding in foresee(facts(url), None, NOW) if finding.code is Code.WRONG_REGION]
    assert [(finding.verdict, finding.params["suffix"]) for finding in found] == [(Verdict.BROKEN, suffix)]
    assert found[0].params["instead"].endswith(suffix)


def test_a_region_of_no_known_partition_is_never_called_wrong() -> None:
    assert foreseen(sign("s3.nz-south-1.amazonaws.com", "nz-south-1")) == {}


def test_the_host_to_sign_for_instead_of_the_global_one_ends_as_its_partitions_do() -> None:
    (found,) = foresee(facts(sign("files.s3.amazonaws.com", "cn-north-1"), days=0.01), None, NOW)
    assert found.params["own_host"] == "s3.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    "host",
    [
        f"{R2_KEY}.r2.cloudflarestorage.com",
        f"files.{R2_KEY}.eu.r2.cloudflarestorage.com",
        "s3.us-west-002.backblazeb2.com",
        "axaxnpcrorw5.compat.objectstorage.us-phoenix-1.oraclecloud.com",
    ],
)
def test_sigv2_never_worked_at_clouds_that_never_took_it(host: str) -> None:
    assert foreseen(sign_v2(host))[Code.LEGACY_SIGNATURE] is Verdict.BROKEN
    assert foreseen(sign_v2(host), served=True)[Code.LEGACY_SIGNATURE] is Verdict.AT_RISK


def sign_for_cloudfront(host: str) -> SignedUrl:
    ends = int(NOW.timestamp()) + 3600
    return read(f"https://{host}/a.pdf?Expires={ends}&Signature=abc~&Key-Pair-Id=K2FAKEFAKEFAKE")


@pytest.mark.parametrize(
    "host", ["files.s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", f"{R2_KEY}.r2.cloudflarestorage.com"]
)
def test_a_store_knows_no_signature_of_cloudfronts(host: str) -> None:
    assert foreseen(sign_for_cloudfront(host)) == {Code.PRESIGNED_NOT_SERVED: Verdict.BROKEN}


@pytest.mark.parametrize("host", ["d111111abcdef8.cloudfront.net", "files.example.com"])
def test_cloudfronts_own_hosts_and_names_of_ones_own_know_it(host: str) -> None:
    assert foreseen(sign_for_cloudfront(host)) == {}


@pytest.mark.parametrize(
    ("region", "service", "code"), [("", "s3", Code.WRONG_REGION), ("us-east-1", "", Code.WRONG_SERVICE)]
)
def test_a_scope_with_nothing_in_its_place_never_worked_at_aws(region: str, service: str, code: Code) -> None:
    assert foreseen(sign("files.s3.amazonaws.com", region, service)) == {code: Verdict.BROKEN}
    assert foreseen(sign("ceph.example.com", region, service)) == {}


def test_clouds_that_copy_s3_take_its_service_only() -> None:
    url = sign("space.nyc3.digitaloceanspaces.com", "nyc3", service="space")
    assert foreseen(url) == {Code.WRONG_SERVICE: Verdict.BROKEN}
    assert foreseen(sign("space.nyc3.digitaloceanspaces.com", "nyc3")) == {}


@pytest.mark.proves("presigned-not-served")
def test_transfer_acceleration_takes_the_bucket_in_the_host_only() -> None:
    assert foreseen(sign("s3-accelerate.amazonaws.com")) == {Code.PRESIGNED_NOT_SERVED: Verdict.BROKEN}


def test_a_credential_that_was_cut_is_told_as_that_and_nothing_is_read_off_it() -> None:
    whole = (
        "https://files.s3.eu-west-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261124T120000Z"
    )
    url = read(
        f"{whole}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}&X-Amz-Credential=ab%2F2026"
    )
    assert foreseen(url) == {Code.URL_CHANGED: Verdict.BROKEN}


@pytest.mark.parametrize("key_id", ["AROA3QWERTYUIOPASDFG", "AIDA3QWERTYUIOPASDFG", "APKA3QWERTYUIOPASDFG"])
def test_an_id_of_something_else_is_no_access_key(key_id: str) -> None:
    assert foreseen(sign("files.s3.us-east-1.amazonaws.com", key_id=key_id))[Code.KEY_ID_IMPOSSIBLE] is Verdict.BROKEN


@pytest.mark.parametrize("region", ["eu-central-1", "us-west-2", "undefined"])
def test_r2_takes_its_own_regions_only(region: str) -> None:
    host = f"{R2_KEY}.r2.cloudflarestorage.com"
    assert foreseen(sign(host, region, key_id=R2_KEY))[Code.WRONG_REGION] is Verdict.BROKEN
    for own in ("auto", "us-east-1", "weur"):
        assert Code.WRONG_REGION not in foreseen(sign(host, own, key_id=R2_KEY))
