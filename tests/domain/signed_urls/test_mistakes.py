"""What only the program that signed a URL can have written into it. Hosts, keys and signatures are made up."""

import json
from base64 import b64encode
from urllib.parse import quote

import pytest

from links.domain.signed_urls.flaws import FlawKind
from links.domain.signed_urls.mistakes import MistakeKind, is_word
from links.domain.signed_urls.reading import SignedUrl, read
from tests.domain.signed_urls.urls import CLOUDFRONT, SIGV2, SIGV4

HEX = "aeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d4040"
CAPITALS = read(SIGV4).parameters["x-amz-signature"].upper()


def kinds(url: SignedUrl) -> list[MistakeKind]:
    return [mistake.kind for mistake in url.mistakes]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        *(("=86400", f"={word}", "word") for word in ("undefined", "NaN", "None", "%5Bobject%20Object%5D")),
        ("=86400", "=%24%7BTTL%7D", "word"),
        ("20130524T000000Z", "null", "word"),
        (CAPITALS.lower(), "undefined", "word"),
        ("SignedHeaders=host", "SignedHeaders=%25%21s%28MISSING%29", "word"),
        ("&X-Amz-Signature", "&X-Amz-Security-Token=undefined&X-Amz-Signature", "word"),
        ("&X-Amz-Signature", "&X-Amz-Security-Token=b%27IQoJ%27&X-Amz-Signature", "bytes"),
        *(("=86400", f"={number}", "number") for number in ("3600.5", "8.64e4", "3600.0", "9" * 30)),
        *(("=86400", f"={number}", "not-positive") for number in ("0", "-5", "-1633375370")),
        *(("20130524T000000Z", date, "date") for date in ("2013-05-24T00:00:00Z", "20131324T000000Z", "1369353600")),
        ("20130524T000000Z", "20130524T000000.000Z", "date"),
        ("20130524T000000Z", "20130524T000000%2B0200", "date"),
        ("20130524", "19700101", "before-s3"),
        ("%2F20130524", "%2F20130525", "other-day"),
        ("%2F20130524", "%2F2013-05-24", "other-day"),
        ("SignedHeaders=host", "SignedHeaders=content-type", "host-unsigned"),
        ("SignedHeaders=host", "SignedHeaders=", "empty"),
        ("=86400", "=", "empty"),
        ("20130524T000000Z", "", "empty"),
        (CAPITALS.lower(), CAPITALS, "capitals"),
        (CAPITALS.lower(), "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k%3D", "base64"),
    ],
)  # fmt: skip
def test_what_no_store_reads_of_sigv4_is_the_signers_mistake_and_no_change(old: str, new: str, kind: str) -> None:
    url = read(SIGV4.replace(old, new))
    assert (kinds(url), url.flaws) == ([MistakeKind(kind)], ())


@pytest.mark.parametrize(
    ("ends", "kind"),
    [
        *(("1790000000000", "milliseconds"), ("1791790000000", "milliseconds"), ("3600", "duration")),
        *(("604800", "duration"), ("1000000000", "before-s3"), ("99999999999999999", "too-late")),
        *(("0", "not-positive"), ("-1", "not-positive")),
        *(("undefined", "word"), ("NaN", "word"), ("1790000000.25", "number"), ("9" * 40, "number")),
        *(("2026-11-24T12:00:00Z", "date"), ("Tue,%2024%20Nov%202026%2012:00:00%20GMT", "date"), ("b%271%27", "bytes")),
    ],
)  # fmt: skip
def test_an_end_that_no_store_reads_is_no_end(ends: str, kind: str) -> None:
    for url in (read(SIGV2.replace("1175139620", ends)), read(CLOUDFRONT.replace("1357034400", ends))):
        assert (kinds(url), url.flaws, url.expires_at) == ([MistakeKind(kind)], (), None)


@pytest.mark.parametrize("ends", ["1175139620", "1790000000", "4102444800", "32503680000"])
def test_an_end_that_can_be_meant_is_taken_as_it_stands(ends: str) -> None:
    for url in (read(SIGV2.replace("1175139620", ends)), read(CLOUDFRONT.replace("1357034400", ends))):
        assert (url.mistakes, url.flaws) == ((), ())
        assert url.expires_at is not None


def test_a_signature_of_sigv2_in_hexadecimal_digits_is_the_signers_mistake() -> None:
    url = read(SIGV2.replace("NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D", HEX[:40]))
    assert (kinds(url), url.flaws) == ([MistakeKind.HEX], ())


ENDS = {"DateLessThan": {"AWS:EpochTime": 1790000000}}


def policy(text: object) -> SignedUrl:
    made = text if isinstance(text, str) else json.dumps(text)
    sealed = b64encode(made.encode()).decode().translate(str.maketrans("+=/", "-_~"))
    return read(f"https://d1.cloudfront.net/a?Policy={sealed}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ({"Statement": {"Resource": "*", "Condition": ENDS}}, "policy-no-list"),
        ({}, "policy-no-list"),
        ([], "policy-no-list"),
        ({"Statement": []}, "policy-no-list"),
        ({"Statement": [{"Resource": "*"}]}, "policy-no-end"),
        ({"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": True}}}]}, "policy-no-end"),
        ({"Statement": [{"Condition": {"DateGreaterThan": {"AWS:EpochTime": 1790000000}}}]}, "policy-no-end"),
        ({"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": "1790000000"}}}]}, "policy-text"),
        ({"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": 1790000000000}}}]}, "milliseconds"),
        ({"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": 3600}}}]}, "duration"),
        ({"Statement": [{"Condition": {"DateLessThan": {"AWS:EpochTime": 1790000000.5}}}]}, "number"),
        ("{'Statement': [{'Resource': '*'}]}", "policy-no-json"),
    ],
)
def test_a_policy_that_cloudfront_cannot_read_is_the_signers_mistake(text: object, kind: str) -> None:
    url = policy(text)
    assert (kinds(url), url.flaws, url.expires_at) == ([MistakeKind(kind)], (), None)


def test_a_policy_that_was_not_encoded_is_the_signers_mistake() -> None:
    plain = quote(json.dumps({"Statement": [{"Condition": ENDS}]}), safe="")
    url = read(f"https://d1.cloudfront.net/a?Policy={plain}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F")
    assert kinds(url) == [MistakeKind.POLICY_PLAIN]


def test_a_policy_in_another_networks_dialect_is_read_for_its_end() -> None:
    resource = "https://d1.cloudfront.net/a\\?user=public&x=1"
    url = policy({"Statement": [{"Resource": resource, "Condition": {"DateLessThan": {"EpochTime": 1790000000}}}]})
    assert (url.mistakes, url.flaws) == ((), ())
    assert url.expires_at is not None
    assert url.policy is not None
    assert url.policy.covers("https://d1.cloudfront.net/a")
    assert not url.policy.covers("https://d1.cloudfront.net/b")


def test_a_value_that_only_broke_off_was_cut_and_is_no_mistake() -> None:
    whole = policy({"Statement": [{"Resource": "*", "Condition": ENDS}]}).parameters["policy"]
    for url in (
        read(f"https://d1.cloudfront.net/a?Policy={whole[:40]}&Signature=s&Key-Pair-Id=K2JCJMDEHXQW5F"),
        read(SIGV4[:-3]),
        read(SIGV2.replace("sSn8%3D", "")),
        read(SIGV4.replace("20130524T000000Z", "20130524T0000")),
    ):
        assert url.mistakes == ()
        assert len(url.flaws) == 1


@pytest.mark.parametrize(
    "text", ["", "none-of-these", "nulls", "AKIAIOSFODNN7EXAMPLE", "us-east-1", "{", "3600", "nightly"]
)
def test_a_value_that_a_person_may_have_chosen_is_no_word_of_a_program(text: str) -> None:
    assert not is_word(text)


def test_no_part_of_a_signature_or_token_is_kept_in_a_mistake() -> None:
    urls = [
        read(SIGV4.replace("&X-Amz-Signature", "&X-Amz-Security-Token=b%27IQoJb3JpZ2lu%27&X-Amz-Signature")),
        read(SIGV4.replace(CAPITALS.lower(), CAPITALS)),
        read(SIGV2.replace("NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D", HEX[:40])),
    ]
    assert [url.mistakes[0].value for url in urls] == ["", "", ""]


def test_a_second_signature_is_read_by_the_network_in_front_and_its_end_counts() -> None:
    second = "&Expires=1369360000&Signature=abc~def_&Key-Pair-Id=K2JCJMDEHXQW5F"
    url = read(SIGV4.replace("examplebucket.s3.amazonaws.com", "cdn.example.com") + second)
    assert (url.strangers, url.flaws) == ((), ())
    assert url.expires_at is not None
    assert int(url.expires_at.timestamp()) == 1_369_360_000
    token = read(SIGV4.replace("examplebucket.s3.amazonaws.com", "cdn.example.com") + "&verify=1369360000-c2ln")
    assert token.strangers == ()


@pytest.mark.parametrize("date", ["20130524T000000", "20130524000000"])
def test_a_date_without_its_zone_at_the_very_end_may_have_been_cut_off(date: str) -> None:
    moved = SIGV4.replace("&X-Amz-Date=20130524T000000Z", "")
    assert kinds(read(f"{moved}&X-Amz-Date={date}")) == []
    assert kinds(read(SIGV4.replace("20130524T000000Z", date))) == [MistakeKind.DATE]


def test_a_number_sign_after_the_query_begins_a_plain_fragment() -> None:
    assert MistakeKind.FRAGMENT not in kinds(read(f"{SIGV4}#page?signature=abc"))
    assert MistakeKind.FRAGMENT in kinds(read(SIGV4.replace("test.txt", "test#1.txt")))


@pytest.mark.parametrize("count", [2, 5_000])
def test_however_many_number_signs_are_one_mistake(count: int) -> None:
    url = read(SIGV4.replace("test.txt", f"test{'#' * count}1.txt"))
    assert kinds(url) == [MistakeKind.FRAGMENT]
    assert url.path == f"/test{'#' * count}1.txt"


def test_what_is_empty_at_the_very_end_may_have_been_cut_off() -> None:
    cut = read(SIGV4.partition("X-Amz-SignedHeaders=")[0] + "X-Amz-SignedHeaders=")
    assert cut.mistakes == ()
    assert cut.flaws


SECOND_V4 = (
    SIGV4.partition("?")[2]
    .replace("20130524T000000Z", "20130601T000000Z")
    .replace("%2F20130524", "%2F20130601")
    .replace("aeeed9bb", "bbbbbbbb")
)


def test_a_url_that_was_signed_again_in_the_same_way_is_read_as_that() -> None:
    url = read(f"{SIGV4}&{SECOND_V4}")
    assert (kinds(url), url.flaws) == ([MistakeKind.AGAIN], ())
    later, earlier = SIGV2.replace("1175139620", "1175200000"), SIGV2.replace("1175139620", "1175100000")
    again = "&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&Expires=1175139620"
    for url, ends in ((read(later + again), 1175139620), (read(earlier + again), 1175100000)):
        assert (kinds(url), url.flaws) == ([MistakeKind.AGAIN], ())
        assert url.expires_at is not None
        assert url.expires_at.timestamp() == ends


@pytest.mark.parametrize("first", [SIGV4, SIGV2])
def test_parameters_that_were_only_copied_are_a_change_on_the_way(first: str) -> None:
    url = read(f"{first}&{first.partition('?')[2]}")
    assert kinds(url) == []
    assert {flaw.kind for flaw in url.flaws} == {FlawKind.REPEATED}
