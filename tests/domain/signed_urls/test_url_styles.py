import pytest

from links.domain.signed_urls.flaws import Flaw, FlawKind
from links.domain.signed_urls.parameters import SPELLINGS
from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.url_styles import Style, read_style


@pytest.mark.parametrize(
    ("names", "style"),
    [
        ({"x-amz-signature"}, Style.SIGV4),
        ({"x-amz-credential"}, Style.SIGV4),
        ({"x-amz-algorithm", "key-pair-id", "awsaccesskeyid"}, Style.SIGV4),
        ({"awsaccesskeyid"}, Style.SIGV2),
        ({"signature", "expires"}, Style.SIGV2),
        ({"key-pair-id"}, Style.CLOUDFRONT),
        ({"key-pair-id", "signature", "expires"}, Style.CLOUDFRONT),
        ({"policy", "signature"}, Style.CLOUDFRONT),
        ({"x-goog-signature"}, Style.OTHER),
        ({"sig", "sv", "se"}, Style.OTHER),
        ({"sig", "sv"}, Style.OTHER),
        ({"signature"}, Style.OTHER),
        ({"expires"}, Style.OTHER),
        ({"download", "utm_source", "versionid"}, Style.UNSIGNED),
        (set(), Style.UNSIGNED),
    ],
)
def test_the_names_in_a_query_tell_its_style(names: set[str], style: Style) -> None:
    written = frozenset(SPELLINGS.get(name, name) for name in names)
    assert read_style(Query(dict.fromkeys(names, "x"), written=written), "/", "store.example.com")["style"] is style


def test_a_token_counts_even_where_the_signature_was_lost() -> None:
    found = read_style(Query({"x-amz-security-token": "t"}), "/", "store.example.com")
    assert (found["style"], found["token"]) == (Style.OTHER, True)


def test_only_what_the_store_reads_is_flawed_by_repetition() -> None:
    parameters = {"awsaccesskeyid": "AKIA", "signature": "A" * 27, "expires": "1790000000", "utm_source": "mail"}
    written = frozenset({"AWSAccessKeyId", "Signature", "Expires"})
    assert read_style(Query(parameters, ("utm_source",), written), "/", "store.example.com")["flaws"] == ()
    assert read_style(Query(parameters, ("expires", "utm_source"), written), "/", "store.example.com")["flaws"] == (
        Flaw(FlawKind.REPEATED, "expires"),
    )


@pytest.mark.parametrize(
    ("credential", "strangers"),
    [
        ("AKIA/20260101/eu-west-1/s3/aws4_request", ("reader",)),
        ("AKIA/20260101/eu-west-1/s3/aws4", ("reader",)),
        ("AKIA", ("reader",)),
        ("AKIA/20260101/eu-west-1/sts/aws4_request", ()),
    ],
)
def test_only_a_whole_scope_of_another_service_excuses_strangers(credential: str, strangers: tuple[str, ...]) -> None:
    parameters = {"x-amz-signature": "0" * 64, "x-amz-credential": credential, "reader": "me"}
    assert read_style(Query(parameters), "/", "store.example.com")["strangers"] == strangers


def test_an_id_too_long_to_be_one_is_cut_where_it_is_shown() -> None:
    found = read_style(
        Query({"awsaccesskeyid": "A" * 5000, "signature": "s", "expires": "1"}), "/", "store.example.com"
    )
    assert found["access_key_id"] == "A" * 127 + "…"
