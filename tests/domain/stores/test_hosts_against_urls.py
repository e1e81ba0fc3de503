"""What the hosts of other clouds than AWS say against what a URL was signed for."""

from urllib.parse import quote

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight import foresee
from links.domain.judging.verdicts import judge
from links.domain.signed_urls.parameters import SPELLINGS
from links.domain.signed_urls.reading import SignedUrl, read
from tests.domain.builders import NOW, facts, refused
from tests.domain.judging.test_addresses import foreseen, sign, sign_v4a

ORACLE = "ns.compat.objectstorage.me-jeddah-1.oraclecloud.com"


@pytest.mark.parametrize("host", ["files.s3.fr-par.scw.cloud", "s3.gra.io.cloud.ovh.net"])
def test_another_region_than_the_hosts_is_refused_by_whoever_looks_at_it(host: str) -> None:
    assert foreseen(sign(host, "us-east-1")) == {Code.WRONG_REGION: Verdict.BROKEN}
    assert foreseen(sign(host, "us-east-1"), served=True) == {Code.WRONG_REGION: Verdict.AT_RISK}
    assert foreseen(sign_v4a(host)) == {}


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("files.s3.fr-par.scw.cloud", "fr-par"),
        ("s3.sbg.cloud.ovh.net", "SBG"),
        ("files.fsn1.your-objectstorage.com", "us-east-1"),
        ("files.us-iad-1.linodeobjects.com", "us-east-1"),
        ("files.nyc3.digitaloceanspaces.com", "us-east-1"),
        ("storage.yandexcloud.net", "us-east-1"),
        ("s3.us-west-004.backblazeb2.com", "us-east-1"),
        ("files.oss-cn-hangzhou.aliyuncs.com", "oss-cn-hangzhou"),  # signed as AWS does
        (ORACLE, "me-jeddah-1"),
    ],
)
def test_its_own_region_and_any_where_nobody_looks_at_it_are_no_finding(host: str, region: str) -> None:
    assert foreseen(sign(host, region)) == {}


def test_oracle_takes_another_region_for_the_accounts_home_so_that_nothing_is_sure() -> None:
    (finding,) = foresee(facts(sign(ORACLE), days=0.01), None, NOW)
    assert (finding.code, finding.verdict, finding.is_certain) == (Code.WRONG_REGION, Verdict.AT_RISK, False)
    assert foreseen(sign(ORACLE), served=True) == {}


def test_what_stands_around_a_key_id_is_told_as_that_alone() -> None:
    found = foreseen(sign("files.s3.eu-west-1.amazonaws.com", "eu-west-1", key_id="AKIAIOSFODNN7EXAMPLE\n"))
    assert found == {Code.SIGNED_WRONG: Verdict.BROKEN}


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("files.s3.undefined.amazonaws.com", Verdict.BROKEN),
        ("s3.sbg.amazonaws.com", Verdict.AT_RISK),
        ("undefined.r2.cloudflarestorage.com", Verdict.AT_RISK),
        ("https", Verdict.AT_RISK),
    ],
)
def test_a_host_that_a_program_put_together_wrongly_is_the_signers_mistake(host: str, verdict: Verdict) -> None:
    assert foreseen(sign(host, "auto"))[Code.SIGNED_WRONG] is verdict
    assert Code.SIGNED_WRONG not in foreseen(sign(host, "auto"), served=True)


@pytest.mark.parametrize(
    "host", ["s3-external-2.amazonaws.com", "none.example.com", "http.example.com", "null-1.example"]
)
def test_a_host_that_may_be_called_so_is_no_mistake(host: str) -> None:
    assert Code.SIGNED_WRONG not in foreseen(sign(host))


@pytest.mark.parametrize("path", ["/a/../b.pdf", "/a/./b.pdf", "/a/%2E%2E/b.pdf"])
def test_dots_between_slashes_are_taken_out_by_browsers(path: str) -> None:
    assert foreseen(sign("minio.example.com", path=path)) == {Code.SIGNED_WRONG: Verdict.AT_RISK}
    assert foreseen(sign("minio.example.com", path=path), served=True) == {}
    assert foreseen(sign("minio.example.com", path="/a/..b/c...pdf")) == {}


def say(url: SignedUrl, code: str, message: str) -> Finding:
    return judge(facts(url, days=0.01), refused(400, code, message), NOW).findings[0]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SignatureDoesNotMatch", "Credential should be scoped to a valid Region, not us-east-1."),
        (
            "AuthorizationHeaderMalformed",
            "Authorization header malformed, unexpected scope: 20260101/a/s3/aws4",
        ),
        ("InvalidArgument", "Invalid signing region in Authorization header."),
    ],
)
def test_stores_words_for_another_region_are_no_change_on_the_way(code: str, message: str) -> None:
    assert say(sign("store.example.com"), code, message).code is Code.WRONG_REGION


def test_a_service_that_a_store_does_not_name_is_the_urls_own() -> None:
    message = 'Error parsing the X-Amz-Credential parameter; incorrect service. This endpoint belongs to "s3".'
    finding = say(sign("store.example.com", service="store"), "AuthorizationParametersError", message)
    assert (finding.code, finding.params["signed_for"]) == (Code.WRONG_SERVICE, "store")


def test_a_key_that_oracle_does_not_find_may_be_one_of_another_region() -> None:
    message = "The secret key could not be found. The region must be specified if this is not the home region."
    elsewhere = say(sign(ORACLE), "SignatureDoesNotMatch", message)
    assert (elsewhere.code, elsewhere.is_certain) == (Code.WRONG_REGION, False)
    assert say(sign(ORACLE, "me-jeddah-1"), "SignatureDoesNotMatch", message).code is not Code.WRONG_REGION


def test_what_lists_the_parts_of_an_upload_is_no_upload() -> None:
    url = sign("minio.example.com", path="/a.pdf")
    assert foreseen(read(f"https://minio.example.com/a.pdf?uploadId=a&x-id=ListParts&{_query(url)}")) == {}


def _query(url: SignedUrl) -> str:
    names = {name: text for name, text in url.parameters.items() if name.startswith("x-amz-")}
    return "&".join(f"{SPELLINGS[name]}={quote(text, safe='')}" for name, text in names.items())


@pytest.mark.parametrize(("region", "refused_in"), [("ap-east-1", "ap-east-1"), ("eu-west-1", "")])
def test_a_token_that_newer_regions_refuse_need_not_be_over(region: str, refused_in: str) -> None:
    query = _query(sign(f"files.s3.{region}.amazonaws.com", region, key_id="ASIAIOSFODNN7EXAMPLE"))
    url = read(f"https://files.s3.{region}.amazonaws.com/a.pdf?X-Amz-Security-Token=abc&{query}")
    finding = say(url, "InvalidToken", "The provided token is malformed or otherwise invalid.")
    assert (finding.code, finding.is_certain) == (Code.TEMPORARY_CREDENTIALS_ENDED, False)
    assert finding.params["refused_in"] == refused_in
