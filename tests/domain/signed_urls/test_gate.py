from dataclasses import replace
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.buckets.endpoints import locate
from links.domain.buckets.object_keys import check_object_key
from links.domain.errors import GateRefused, Refused
from links.domain.reasons import Reason
from links.domain.signed_urls.gate import MAX_SECONDS, CheckedUrl, Expected, check, check_seconds, describe, fits
from links.domain.signed_urls.presigning import QUERY_NAMES
from links.domain.signed_urls.reading import read
from tests.s3.independent_sigv4 import presign

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
GOOD = Expected(KEY_ID, "https", "files.s3.eu-central-1.amazonaws.com", "/a b", "eu-central-1", 300)
FRAMED = replace(
    GOOD, path="/a b/ü%2F+.pdf", version_id="v/1", query={"response-content-type": "text/plain", "versionId": "v/1"}
)

KEY_REASONS = {Reason.OBJECT_KEY_DOTS, Reason.OBJECT_KEY_EMPTY, Reason.OBJECT_KEY_MALFORMED, Reason.OBJECT_KEY_TOO_LONG}


def signed(expected: Expected, **parameters: str) -> str:
    return presign(
        origin=f"{expected.scheme}://{expected.host}",
        path=expected.path,
        access_key_id=expected.access_key_id,
        secret="secret",
        region=expected.region,
        stamp="20260101T000000Z",
        seconds=expected.seconds,
        parameters=parameters,
    )


def refusal(url: str, expected: Expected = GOOD) -> str:
    with pytest.raises(GateRefused) as refused:
        check(url, expected)
    assert "secret" not in str(refused.value)
    return refused.value.code


def test_what_was_asked_for_passes() -> None:
    assert check(signed(GOOD), GOOD).access_key_id == KEY_ID


@pytest.mark.parametrize(
    "name",
    [
        "X-Amz-Security-Token",
        "x-amz-security-token",
        "X-AMZ-SECURITY-TOKEN",
        "AWSSecurityToken",
        "X-Amz-S3Session-Token",
        "X%2DAmz%2DSecurity%2DToken",
        "%58-amz-security-%74oken",
    ],
)
@pytest.mark.parametrize("value", ["=token", "=", ""])
def test_a_token_is_found_in_any_spelling(name: str, value: str) -> None:
    assert refusal(f"{signed(GOOD)}&{name}{value}") == "gate-token"
    assert refusal(signed(GOOD).replace("?", f"?{name}{value}&")) == "gate-token"
    assert refusal(f"{signed(GOOD)}&{name}{value}&{name}=again") == "gate-token"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"access_key_id": "AKIAANOTHER"}, "gate-wrong-key"),
        ({"seconds": 301}, "gate-lifetime"),
        ({"seconds": 0}, "gate-lifetime"),
        ({"seconds": MAX_SECONDS + 1}, "gate-lifetime"),
        ({"scheme": "http"}, "gate-wrong-host"),
        ({"host": "evil.example"}, "gate-wrong-host"),
        ({"host": "files.s3.eu-central-1.amazonaws.com:8443"}, "gate-wrong-host"),
        ({"host": "files.s3.eu-central-1.amazonaws.com.evil.example"}, "gate-wrong-host"),
        ({"region": "us-east-1"}, "gate-wrong-region"),
        ({"path": "/a"}, "gate-wrong-object"),
        ({"path": "/a b/"}, "gate-wrong-object"),
        ({"path": "//a b"}, "gate-wrong-object"),
        ({"path": "/files/a b"}, "gate-wrong-object"),
        ({"path": "/A b"}, "gate-wrong-object"),
    ],
)
def test_what_was_not_asked_for_is_refused(changed: dict[str, object], code: str) -> None:
    assert refusal(signed(replace(GOOD, **changed))) == code  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://files.s3.eu-central-1.amazonaws.com/a%20b", "gate-not-sigv4"),
        (f"https://files.s3.amazonaws.com/a?AWSAccessKeyId={KEY_ID}&Signature=x&Expires=9", "gate-not-sigv4"),
        ("no url", "gate-not-sigv4"),
        ("", "gate-not-sigv4"),
        (signed(GOOD).replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "gate-not-sigv4"),
        (signed(GOOD).replace("%2Fs3%2F", "%2Fsts%2F"), "gate-not-sigv4"),
        (signed(GOOD).replace("X-Amz-Date", "X-Amz-Dote"), "gate-not-sigv4"),
        (signed(GOOD) + "&X-Amz-Expires=604800", "gate-not-sigv4"),
        (signed(GOOD) + "&utm_source=mail", "gate-not-sigv4"),
        (signed(GOOD) + " ", "gate-not-sigv4"),
        ("\n" + signed(GOOD), "gate-not-sigv4"),
        (signed(GOOD) + "#x", "gate-wrong-object"),
        (signed(GOOD) + "&versionId=v1", "gate-wrong-object"),
        (signed(GOOD).replace("https://", "https://user@"), "gate-not-sigv4"),
        (signed(GOOD).replace("https://", "HTTPS://"), "gate-wrong-host"),
        (signed(GOOD).replace("SignedHeaders=host", "SignedHeaders=host%3Brange"), "gate-wrong-headers"),
    ],
)
def test_what_is_no_signed_url_of_ours_is_refused(url: str, code: str) -> None:
    assert refusal(url) == code


@pytest.mark.parametrize("seconds", [0, -5, MAX_SECONDS + 1, 31536000, 3600.5, "abc", "300", None, True])
def test_no_lifetime_but_whole_seconds_up_to_seven_days_is_taken(seconds: object) -> None:
    with pytest.raises(GateRefused) as refused:
        check_seconds(seconds)
    assert refused.value.code == "gate-lifetime"


@pytest.mark.parametrize("seconds", [1, 300, MAX_SECONDS])
def test_a_second_and_seven_days_are_both_taken(seconds: int) -> None:
    assert check_seconds(seconds) == seconds


AWKWARD = st.lists(
    st.sampled_from(
        [" ", "+", "%", '"', "'", "\n", "/", "//", "..", "\\", ".", "🙂", "é", "e\u0301", "%2F", "?", "#", "&"]
    )
    | st.characters(codec="utf-8"),
    min_size=1,
    max_size=40,
).map("".join)


@given(key=AWKWARD, other=AWKWARD, addressing=st.sampled_from(["path", "virtual"]))
def test_the_gate_takes_exactly_the_object_and_no_other(key: str, other: str, addressing: str) -> None:
    place = locate("files", "eu-central-1", "", addressing)
    expected = Expected(KEY_ID, place.scheme, place.host, place.path_of(key), place.region, 300)
    url = signed(expected)
    assert check(url, expected).path == place.path_of(key)
    if other != key:
        assert refusal(url, replace(expected, path=place.path_of(other))) == "gate-wrong-object"


@given(AWKWARD)
def test_a_key_passes_or_is_refused_by_name(key: str) -> None:
    try:
        check_object_key(key)
    except Refused as refused:
        assert refused.reason in KEY_REASONS  # noqa: PT017  either outcome is right
    else:
        assert not {".", ".."} & set(key.split("/"))


def test_the_frame_takes_what_was_asked_for_and_so_does_the_whole_reading() -> None:
    url = signed(FRAMED, **FRAMED.query or {})
    assert fits(url, FRAMED)
    assert check(url, FRAMED).path == FRAMED.path


@pytest.mark.parametrize(
    "changed",
    [
        {"access_key_id": "AKIAANOTHER"},
        {"seconds": 301},
        {"scheme": "http"},
        {"host": "evil.example"},
        {"host": "files.s3.eu-central-1.amazonaws.com:8443"},
        {"region": "us-east-1"},
        {"path": "/a b/ü/+.pdf"},
        {"query": {"versionId": "v/1"}},
        {"query": {"versionId": "v/1", "response-content-type": "text/html"}},
        {"query": {"versionId": "v/1", "response-content-type": "text/plain", "partNumber": "1"}},
        {"query": None},
    ],
)
def test_the_frame_refuses_what_was_not_asked_for(changed: dict[str, object]) -> None:
    assert not fits(signed(FRAMED, **FRAMED.query or {}), replace(FRAMED, **changed))  # type: ignore[arg-type]


def test_the_frame_takes_no_lifetime_beyond_seven_days() -> None:
    longest = replace(FRAMED, seconds=MAX_SECONDS)
    longer = replace(FRAMED, seconds=MAX_SECONDS + 1)
    assert fits(signed(longest, **longest.query or {}), longest)
    assert not fits(signed(longer, **longer.query or {}), longer)


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ("%20", "+"),
        ("%20", "%20%zz"),
        ("%252F", "%2F"),
        ("%C3%BC", "%c3%bc"),
        ("%C3%BC", "%FC"),
        (".pdf", ".pd%66"),
        ("X-Amz-Date=2026", "X-Amz-Date=2025"),
        ("X-Amz-Date=20260101T00", "X-Amz-Date=20260101T99"),
        ("SignedHeaders=host", "SignedHeaders=host%3Brange"),
        ("%2Fs3%2F", "%2Fsts%2F"),
        ("HMAC-SHA256&", "HMAC-SHA256&X-Amz-Security-Token=token&"),
        ("response-content-type=text%2Fplain", "response-content-type=text%2Fplain&response-content-type=text%2Fplain"),
        ("?", "#?"),
        ("https://", "https://user@"),
    ],
)
def test_a_url_that_was_changed_anywhere_does_not_fit_the_frame(of: str, by: str) -> None:
    url = signed(FRAMED, **FRAMED.query or {})
    assert of in url
    assert not fits(url.replace(of, by, 1), FRAMED)


def test_whatever_fits_the_frame_passes_the_whole_reading() -> None:
    """10,000 URLs, each changed in one or two places; most of what is changed in the signature alone still fits."""
    writings = [*"0aF%&=+/.~?#;é \n", "%2F", "&versionId=v"]
    chance = Random(20)
    url = signed(FRAMED, **FRAMED.query or {})
    fitting = 0
    for _ in range(10_000):
        changed = url
        for _place in range(chance.randint(1, 2)):
            at, length = chance.randrange(len(changed)), chance.randint(0, 2)
            changed = changed[:at] + chance.choice(writings) + changed[at + length :]
        if fits(changed, FRAMED):
            fitting += 1
            assert check(changed, FRAMED).path == FRAMED.path
    assert 20 < fitting < 5_000


AWKWARD_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(
    key_id=st.sampled_from([KEY_ID, "ASIAIOSFODNN7EXAMPLE", "minioadmin", "undefined", "a/b", "wJalrXUtnFEMI/K7MDENG"]),
    host=st.sampled_from([GOOD.host, "files.example:9000", "FILES.example", "files.s3.amazonaws.com:443", "10.0.0.1"]),
    region=st.sampled_from(["eu-central-1", "us-east-1", "auto"]),
    path=AWKWARD_TEXT.map(lambda text: f"/{text}"),
    query=st.dictionaries(st.sampled_from([*QUERY_NAMES.values(), "partNumber", "X-Amz-Meta"]), AWKWARD_TEXT),
    seconds=st.integers(1, MAX_SECONDS),
)
def test_what_fits_is_described_as_it_would_be_read(
    key_id: str, host: str, region: str, path: str, query: dict[str, str], seconds: int
) -> None:
    expected = Expected(key_id, "https", host, path, region, seconds, query.get("versionId", ""), query)
    url = signed(expected, **query)
    if fits(url, expected):
        described, whole = describe(url, expected), read(url)
        assert (described, dict(described.parameters)) == (whole, dict(whole.parameters))
        assert CheckedUrl(url, expected).signed == whole


def test_what_fits_is_not_read_again() -> None:
    """Asserted as a count, for it is most of what a validation costs: one is read for all of a key and a day."""
    url = signed(FRAMED, **FRAMED.query or {})
    assert describe(url, FRAMED) == read(url)
    seen: list[str] = []
    with patch("links.domain.signed_urls.gate.read", seen.append):
        for path in ("/one", "/two"):
            other = replace(FRAMED, path=path)
            assert CheckedUrl(signed(other, **FRAMED.query or {}), other).signed.path == path
    assert not seen
