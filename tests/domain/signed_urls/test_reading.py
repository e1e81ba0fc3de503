from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from links.domain.signed_urls.flaws import Flaw, FlawKind
from links.domain.signed_urls.mistakes import Mistake, MistakeKind
from links.domain.signed_urls.reading import SignedUrl, Style, read
from tests.domain.signed_urls.urls import CLOUDFRONT, POLICY, SIGV2, SIGV4, STORE


def test_awss_published_example_is_read_whole() -> None:
    assert read(SIGV4) == SignedUrl(
        style=Style.SIGV4,
        scheme="https",
        host="examplebucket.s3.amazonaws.com",
        path="/test.txt",
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        signed_at=datetime(2013, 5, 24, tzinfo=UTC),
        expires_at=datetime(2013, 5, 25, tzinfo=UTC),
        lifetime=86_400,
        region="us-east-1",
        service="s3",
    )


def test_awss_published_sigv2_example_tells_its_end_but_not_its_beginning() -> None:
    url = read(SIGV2)
    assert (url.style, url.access_key_id, url.flaws) == (Style.SIGV2, "AKIAIOSFODNN7EXAMPLE", ())
    assert url.expires_at == datetime(2007, 3, 29, 3, 40, 20, tzinfo=UTC)
    assert (url.signed_at, url.lifetime, url.token) == (None, None, False)


def test_cloudfronts_published_canned_example_ends_at_its_expires() -> None:
    url = read(CLOUDFRONT)
    assert (url.style, url.access_key_id, url.flaws) == (Style.CLOUDFRONT, "K2JCJMDEHXQW5F", ())
    assert url.expires_at == datetime(2013, 1, 1, 10, 0, tzinfo=UTC)
    assert not url.is_aws


def test_reading_a_url_never_repeats_its_signature_or_token() -> None:
    shown = repr(read(f"{SIGV4}&X-Amz-Security-Token=a-token-that-nobody-may-see"))
    assert "aeeed9bbccd4d02e" not in shown
    assert "nobody-may-see" not in shown


@pytest.mark.parametrize("url", [SIGV4, SIGV2])
@pytest.mark.parametrize(
    "parameter",
    [
        "X-Amz-Security-Token=IQoJb3JpZ2luX2Vj",
        "x-amz-security-token=IQoJb3JpZ2luX2Vj",
        "X%2dAmz%2DSecurity-Token=IQoJb3JpZ2luX2Vj",
        "X-Amz-S3session-Token=IQoJb3JpZ2luX2Vj",
        "AWSSecurityToken=IQoJb3JpZ2luX2Vj",
        "X-Amz-Security-Token=",
        "X-Amz-Security-Token",
    ],
)
def test_a_session_token_is_seen_in_any_spelling_and_even_empty(url: str, parameter: str) -> None:
    assert read(f"{url}&{parameter}").token
    assert read(url.replace("?", f"?{parameter}&")).token
    assert read(f"{url}&{parameter}").strangers == ()


def test_a_token_in_the_path_a_value_or_the_fragment_is_none() -> None:
    url = SIGV4.replace("test.txt", "X-Amz-Security-Token=t") + "&response-content-type=x-amz-security-token%3Dt"
    assert not read(f"{url}#&X-Amz-Security-Token=t").token


def test_a_sigv4_url_with_its_names_in_lower_case_is_read_all_the_same() -> None:
    start, query = SIGV4.split("?")
    lowered = "&".join(name.lower() + "=" + value for name, _, value in (p.partition("=") for p in query.split("&")))
    assert read(f"{start}?{lowered}") == replace(read(SIGV4), mistakes=(Mistake(MistakeKind.NAMES, "names"),))


def test_a_url_that_was_lowered_as_a_whole_was_changed_on_its_way() -> None:
    assert Flaw(FlawKind.RESPELLED, "names") in read(SIGV4.lower()).flaws
    assert read(SIGV4.lower()).mistakes == ()


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"])
def test_a_sigv4_url_tells_which_parameter_was_lost(name: str) -> None:
    start, query = SIGV4.split("?")
    kept = [pair for pair in query.split("&") if not pair.startswith(f"X-Amz-{name}=")]
    url = read(f"{start}?{'&'.join(kept)}")
    assert (url.style, url.flaws) == (Style.SIGV4, (Flaw(FlawKind.MISSING, f"x-amz-{name.lower()}"),))


def test_a_url_cut_at_the_first_ampersand_by_a_shell_is_a_sigv4_url_with_the_rest_lost() -> None:
    url = read(SIGV4.partition("&")[0])
    assert url.style is Style.SIGV4
    assert [flaw.kind for flaw in url.flaws] == [FlawKind.MISSING] * 5
    assert url.expires_at is None


def test_a_url_whose_end_was_cut_off_has_a_malformed_signature() -> None:
    assert read(SIGV4[:-1]).flaws == (Flaw(FlawKind.MALFORMED, "x-amz-signature"),)


def test_a_url_copied_out_of_html_source_is_flawed_and_full_of_strangers() -> None:
    url = read(SIGV4.replace("&", "&amp;"))
    assert Flaw(FlawKind.MISSING, "x-amz-signature") in url.flaws
    assert "amp;x-amz-signature" in url.strangers


@pytest.mark.parametrize(
    ("old", "new", "flaw"),
    [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5", Flaw(FlawKind.MALFORMED, "x-amz-algorithm")),
        ("%2F", "%252F", Flaw(FlawKind.MALFORMED, "x-amz-credential")),
        ("aws4_request", "aws4", Flaw(FlawKind.MALFORMED, "x-amz-credential")),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA%00", Flaw(FlawKind.MALFORMED, "x-amz-credential")),
        ("20130524T000000Z", "20130524T0000", Flaw(FlawKind.MALFORMED, "x-amz-date")),
        ("Expires=86400", "Expires=abc", Flaw(FlawKind.MALFORMED, "x-amz-expires")),
        ("Expires=86400", "Expires=%EF%BC%91", Flaw(FlawKind.MALFORMED, "x-amz-expires")),
        ("Expires=86400", "Expires=1_0", Flaw(FlawKind.MALFORMED, "x-amz-expires")),
        ("Expires=86400", "Expires=60&X-Amz-Expires=86400", Flaw(FlawKind.REPEATED, "x-amz-expires")),
        ("Expires=86400", "Expires=86400&versionId=%00", Flaw(FlawKind.MALFORMED, "versionid")),
        ("test.txt", "t%FFst.txt", Flaw(FlawKind.MALFORMED, "path")),
    ],
)
def test_a_wrong_shape_is_named(old: str, new: str, flaw: Flaw) -> None:
    assert read(SIGV4.replace(old, new)).flaws == (flaw,)


@pytest.mark.parametrize("seconds", [0, -5, 1, 604_800, 604_801, 31_536_000])
def test_the_lifetime_is_what_the_url_states_whether_or_not_s3_takes_it(seconds: int) -> None:
    url = read(SIGV4.replace("=86400", f"={seconds}"))
    assert (url.lifetime, url.flaws) == (seconds, ())
    ends_at = datetime(2013, 5, 24, tzinfo=UTC) + timedelta(seconds=seconds)
    assert url.expires_at == (ends_at if seconds > 0 else None)


def test_an_end_beyond_the_calendar_is_the_calendars_end() -> None:
    assert read(SIGV4.replace("=86400", f"={'9' * 18}")).expires_at == datetime.max.replace(tzinfo=UTC)


def test_the_first_of_two_expiries_counts_as_it_does_at_s3() -> None:
    assert read(f"{SIGV4}&X-Amz-Expires=604800").lifetime == 86_400


@pytest.mark.parametrize("name", ["utm_source", "fbclid", "gclid", "Signature", "%00"])
def test_a_parameter_that_no_signer_writes_is_a_stranger(name: str) -> None:
    shown = {"%00": "\\x00"}.get(name, name.lower())
    assert read(f"{SIGV4}&{name}=x").strangers == (shown,)
    assert read(f"{SIGV4}&{name}=x").flaws == ()


@pytest.mark.parametrize(
    "pair",
    [
        "response-content-disposition=attachment",
        "response-content-type=application%2Fpdf",
        "versionId=3HL4kqtJlcpXroDTDmJ",
        "x-id=GetObject",
        "partNumber=1",
        "X-Amz-Checksum-Mode=ENABLED",
        "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD",
        "x-amz-expected-bucket-owner=123456789012",
        "X-Amz-Request-Payer=requester",
    ],
)
def test_what_sdks_write_is_no_stranger(pair: str) -> None:
    url = read(f"{SIGV4}&{pair}")
    assert (url.strangers, url.flaws) == ((), ())


def test_a_parameter_added_to_a_sigv2_url_changes_nothing_and_is_not_reported() -> None:
    assert read(f"{SIGV2}&utm_source=mail").strangers == ()


def test_a_version_is_told_in_both_styles() -> None:
    assert read(f"{SIGV4}&versionId=abc").version_id == "abc"
    assert read(f"{SIGV2}&versionId=abc").version_id == "abc"


def test_a_multi_region_signature_names_its_regions_beside_the_scope() -> None:
    url = read(
        SIGV4.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
        .replace("%2Fus-east-1", "")
        .replace("&X-Amz-Date", "&X-Amz-Region-Set=%2A&X-Amz-Date")
        .replace("aeeed9", "3045")
    )
    assert (url.flavour, url.region, url.access_key_id, url.flaws) == ("sigv4a", "*", "AKIAIOSFODNN7EXAMPLE", ())


def test_a_stores_key_id_may_hold_slashes() -> None:
    assert read(SIGV4.replace("AKIAIOSFODNN7EXAMPLE", "team%2Fkey")).access_key_id == "team/key"


def test_the_key_ids_prefix_is_told() -> None:
    assert read(SIGV4).has_long_lived_id
    temporary = read(SIGV4.replace("AKIA", "ASIA"))
    assert temporary.has_temporary_id
    assert not temporary.has_long_lived_id


@pytest.mark.parametrize("name", ["AWSAccessKeyId", "Signature", "Expires"])
def test_a_sigv2_url_tells_which_parameter_was_lost(name: str) -> None:
    start, query = SIGV2.split("?")
    kept = [pair for pair in query.split("&") if not pair.startswith(name)]
    url = read(f"{start}?{'&'.join(kept)}")
    assert (url.style, url.flaws) == (Style.SIGV2, (Flaw(FlawKind.MISSING, name.lower()),))


def test_a_sigv2_end_that_is_no_number_is_malformed() -> None:
    url = read(SIGV2.replace("1175139620", "tomorrow"))
    assert (url.expires_at, url.flaws) == (None, (Flaw(FlawKind.MALFORMED, "expires"),))


def test_a_custom_policy_tells_its_end() -> None:
    url = read(f"https://d111111abcdef8.cloudfront.net/a?Policy={POLICY}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F")
    assert (url.style, url.flaws) == (Style.CLOUDFRONT, ())
    assert url.expires_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "policy",
    [
        "!!!",
        "eyJTdGF0ZW1lbnQi",
        "資料",
        "W1tb" * 4000,  # brackets without end
    ],
)
def test_a_policy_that_cannot_be_read_is_malformed(policy: str) -> None:
    url = read(f"https://d111111abcdef8.cloudfront.net/a?Policy={policy}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F")
    assert (url.expires_at, url.flaws) == (None, (Flaw(FlawKind.MALFORMED, "policy"),))


def test_a_cloudfront_url_tells_what_was_lost() -> None:
    host = "https://d111111abcdef8.cloudfront.net/a"
    assert read(f"{host}?Policy={POLICY}&Signature=s").flaws == (Flaw(FlawKind.MISSING, "key-pair-id"),)
    assert read(f"{host}?Key-Pair-Id=K&Signature=s").flaws == (Flaw(FlawKind.MISSING, "expires"),)
    assert read(f"{host}?Key-Pair-Id=K&Expires=1").flaws == (Flaw(FlawKind.MISSING, "signature"),)


@pytest.mark.parametrize(
    ("query", "flavour", "expires_at"),
    [
        (
            "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Date=20260101T000000Z&X-Goog-Expires=3600&X-Goog-Signature=00",
            "google-v4",
            datetime(2026, 1, 1, 1, tzinfo=UTC),
        ),
        ("GoogleAccessId=a%40b.iam&Expires=1767225600&Signature=s", "google-v2", datetime(2026, 1, 1, tzinfo=UTC)),
        ("sv=2022-11-02&sr=b&sp=r&se=2026-01-01T00%3A00%3A00Z&sig=s", "azure-sas", datetime(2026, 1, 1, tzinfo=UTC)),
        ("sv=1&se=2026-01-01&sig=s", "azure-sas", datetime(2026, 1, 1, tzinfo=UTC)),
        ("sv=1&se=2026-01-01T09%3A00%2B09%3A00&sig=s", "azure-sas", datetime(2026, 1, 1, tzinfo=UTC)),
        ("sv=1&se=0001-01-01T00%3A00%2B09%3A00&sig=s", "azure-sas", None),
        ("sv=1&se=soon&sig=s", "azure-sas", None),
        ("OSSAccessKeyId=LTAI&Expires=1767225600&Signature=s", "alibaba", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_other_clouds_urls_are_told_apart_with_their_end(query: str, flavour: str, expires_at: datetime | None) -> None:
    url = read(f"https://storage.example.com/bucket/key?{query}")
    assert (url.style, url.flavour, url.expires_at) == (Style.OTHER, flavour, expires_at)
    assert (url.flaws, url.strangers, url.token) == ((), (), False)


def test_alibabas_session_token_has_a_name_of_its_own() -> None:
    assert read("https://b.oss.example/k?OSSAccessKeyId=STS.a&Expires=1&Signature=s&security-token=t").token


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com/a?b=c&utm_source=mail&b=d"])
def test_a_plain_address_is_unsigned_and_has_no_flaws(url: str) -> None:
    found = read(url)
    assert (found.style, found.flaws, found.strangers, found.expires_at) == (Style.UNSIGNED, (), (), None)


def test_the_hostname_is_the_host_without_port_and_brackets() -> None:
    assert read(f"{STORE}/b/k").hostname == "127.0.0.1"
    assert read("http://[::1]:9000/b/k").hostname == "::1"


def test_a_dot_at_the_end_hides_no_aws_host() -> None:
    assert read(SIGV4.replace(".com/", ".com./")).is_aws
