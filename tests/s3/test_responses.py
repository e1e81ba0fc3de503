from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.stores.answers import Answer
from links.s3.responses import read_answer

TOKEN = "IQoJb3JpZ2luX2VjEJrEXAMPLE"


def error(code: str, message: str = "", more: str = "") -> bytes:
    return f"<?xml version='1.0'?>\n<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>".encode()


@pytest.mark.parametrize(
    ("status", "headers", "body", "served"),
    [
        (206, {"content-range": "bytes 0-0/10"}, b"x", True),
        (206, {"content-range": "bytes 0-0/10"}, b"", False),
        (200, {"content-range": "bytes 0-0/10"}, b"x", True),
        (200, {"content-range": "bytes 0-0/10"}, b"", False),
        (200, {"etag": '"abc"'}, b"whole object", True),
        (200, {}, b"whole object", False),
        (200, {"etag": '"abc"', "content-type": "text/html"}, b"<!DOCTYPE html><p>Sign in", False),
        (200, {"etag": '"abc"', "content-type": "text/plain"}, b"\n <HTML>", False),
        (200, {"etag": '"abc"', "content-type": "application/xml"}, error("InternalError"), False),
        (200, {"etag": '"abc"', "content-type": "text/html", "x-amz-request-id": "1"}, b"<!DOCTYPE html>", True),
        (200, {"etag": '"d41d8cd98f00b204e9800998ecf8427e"', "content-length": "0"}, b"", True),
        (200, {"etag": '"abc"', "content-length": "0"}, b"", False),
        (200, {"etag": 'W/"1f"', "content-type": "text/plain"}, b"whatever", False),
        (200, {"etag": '"1f"', "content-type": "application/json"}, b'{"error": "sign in"}', False),
        (206, {}, b"x", True),
        (206, {}, error("XMinioObjectTampered"), False),
        (206, {}, b"<", True),
        (206, {"content-range": "bytes 0-0/10"}, b"<?xml version", True),
        (206, {"content-range": "nonsense"}, b"x", True),
        (416, {"content-range": "bytes */0"}, b"", True),
        (416, {}, error("InvalidRange", more="<ActualObjectSize>0</ActualObjectSize>"), True),
        (416, {}, error("InvalidRange"), True),
        (416, {}, error("InvalidRange", more="<ActualObjectSize>10</ActualObjectSize>"), False),
        (416, {"content-range": "bytes */10"}, error("InvalidRange"), False),
        (416, {}, b"<html>", False),
        (204, {"etag": '"abc"'}, b"", False),
        (302, {"location": "https://portal.example/"}, b"x", False),
        (404, {}, error("NoSuchKey"), False),
        (503, {}, error("SlowDown"), False),
    ],
)
def test_served_means_that_the_object_s_own_byte_came(
    status: int, headers: dict[str, str], body: bytes, served: bool
) -> None:
    assert read_answer(status, headers, body).served is served


def test_what_a_store_tells_in_its_headers_is_read() -> None:
    answer = read_answer(
        206,
        {
            "date": "Tue, 21 Apr 2026 16:49:26 GMT",
            "etag": '"17a5"',
            "content-range": "bytes 0-0/1234",
            "content-type": "text/plain",
            "server": "AmazonS3",
            "x-amz-version-id": "v1",
            "x-amz-storage-class": "GLACIER",
            "x-amz-bucket-region": "eu-west-1",
            "x-amz-expiration": 'expiry-date="Fri, 21 Dec 2012 00:00:00 GMT", rule-id="Rule%201"',
            "x-amz-restore": 'ongoing-request="false", expiry-date="Sun, 13 Aug 2017 00:00:00 GMT"',
        },
        b"x",
    )
    assert answer == Answer(
        status=206,
        served=True,
        date=datetime(2026, 4, 21, 16, 49, 26, tzinfo=UTC),
        etag='"17a5"',
        size=1234,
        content_type="text/plain",
        server="AmazonS3",
        version_id="v1",
        storage_class="GLACIER",
        region="eu-west-1",
        expires_at=datetime(2012, 12, 21, tzinfo=UTC),
        expiry_rule="Rule 1",
        restored_until=datetime(2017, 8, 13, tzinfo=UTC),
    )


def test_the_token_that_a_store_echoes_is_forgotten() -> None:
    body = error("ExpiredToken", f"The provided token {TOKEN} has expired.", f"<Token-0>{TOKEN}</Token-0>")
    answer = read_answer(400, {}, body, secrets=[TOKEN])
    assert answer.code == "ExpiredToken"
    assert answer.says("has expired")
    assert TOKEN not in repr(answer)


@pytest.mark.parametrize(
    ("body", "region"),
    [
        (
            error("AuthorizationQueryParametersError", "the region 'a' is wrong; expecting 'eu-central-1'"),
            "eu-central-1",
        ),
        (error("AuthorizationQueryParametersError", "wrong", "<Region>eu-north-1</Region>"), "eu-north-1"),
        (
            error("IllegalLocationConstraintException", "The eu-south-1 location constraint is incompatible"),
            "eu-south-1",
        ),
        (error("IllegalLocationConstraintException", "The unspecified location constraint is"), "us-east-1"),
        (error("AccessDenied", "no region here"), ""),
        (error("X", "", "<Region>eu central/1</Region>"), ""),
    ],
)
def test_the_bucket_s_own_region_is_found(body: bytes, region: str) -> None:
    assert read_answer(400, {}, body).region == region


def test_a_redirect_tells_its_host_and_nothing_more() -> None:
    answer = read_answer(307, {"location": "https://files.s3.eu-west-1.amazonaws.com/k?X-Amz-Signature=abc"}, b"")
    assert answer.location_host == "files.s3.eu-west-1.amazonaws.com"
    assert "X-Amz-Signature" not in repr(answer)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "AccessDenied">]><Error><Code>&a;</Code></Error>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Error><Message>&a;</Message></Error>',
        b"<Error><Code>AccessDenied",
        b"<Error><Code>" + b"A" * 60_000,
        b"<Error>" * 9_000,
        b"\xff\xfe<\x00E\x00r\x00r\x00o\x00r\x00>\x00",
        b"\x00\xff\xfe",
        "<Error><Code>Zugriff verweigert</Code></Error>".encode("utf-16"),
    ],
)
def test_broken_and_hostile_bodies_say_nothing(body: bytes) -> None:
    answer = read_answer(403, {}, body)
    assert (answer.code, answer.served) == ("", False)
    assert "root:" not in answer.message


@given(
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.sampled_from(
            ["date", "age", "location", "content-range", "content-length", "x-amz-expiration", "x-amz-restore", "etag"]
        ),
        st.text(),
    ),
    body=st.binary()
    | st.text().map(
        lambda text: f"<Error><Code>{text}</Code><Message>{text}</Message></Error>".encode(errors="replace")
    ),
)
def test_nothing_that_a_stranger_sends_raises(status: int, headers: dict[str, str], body: bytes) -> None:
    assert len(read_answer(status, headers, body).message) <= 300


@pytest.mark.parametrize(
    "body",
    [
        b'<Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Code> NoSuchKey </Code><Message>\nGone. </Message></Error>',
        b'<s:Error xmlns:s="x"><s:Code>NoSuchKey</s:Code><s:Message>Gone.</s:Message></s:Error>',
        b"<error><code>NoSuchKey</code><message>Gone.</message></error>",
        b'{"Code": "NoSuchKey", "Message": "Gone."}',
        b'\xef\xbb\xbf {"error": {"code": "NoSuchKey", "message": "Gone."}}',
        b'{"error": "NoSuchKey", "message": "Gone."}',
    ],
)  # fmt: skip
def test_a_stores_code_is_read_in_whatever_it_is_dressed(body: bytes) -> None:
    answer = read_answer(404, {}, body)
    assert (answer.code, answer.message) == ("NoSuchKey", "Gone.")


@pytest.mark.parametrize(
    "body",
    [
        b'{"code": "FORBIDDEN", "message": "blocked"}',
        b'{"message": "Forbidden"}',
        b'{"error": 7}',
        b'{"code": ["NoSuchKey"]}',
        b'{"error": "invalid_token", "error_description": "The access token expired"}',
        b"{" * 5000,
        b"<html><Error><Code>NoSuchKey</Code></Error></html>",
        b"default backend - 404",
    ],
)
def test_what_anything_on_the_way_may_have_written_is_no_stores_word(body: bytes) -> None:
    assert read_answer(403, {}, body).code == ""


@pytest.mark.parametrize(
    ("headers", "more"),
    [({"x-amz-delete-marker": "true"}, ""), ({"x-oss-delete-marker": "true"}, ""), ({}, "<ResourceType>DeleteMarker</ResourceType>")],
)  # fmt: skip
def test_a_delete_marker_is_known_by_any_stores_header(headers: dict[str, str], more: str) -> None:
    assert read_answer(405, headers, error("MethodNotAllowed", "", more)).delete_marker


def test_the_length_of_one_byte_is_not_the_files() -> None:
    assert read_answer(206, {"content-length": "1"}, b"x").size is None


@pytest.mark.parametrize(
    "text",
    ["", "gestern abend", "火, 24 11月 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1200"],
)  # fmt: skip
def test_a_date_that_is_none_is_not_known(text: str) -> None:
    assert read_answer(403, {"date": text, "x-amz-expiration": f'expiry-date="{text}"'}, b"").date is None


def test_what_a_cache_kept_was_dated_when_the_cache_asked() -> None:
    """CloudFront and other caches give the answer with its old Date and with its Age in seconds (RFC 9111, 5.1)."""
    kept = {"date": "Tue, 21 Apr 2026 16:00:00 GMT", "age": "32400", "content-range": "bytes 0-0/10"}
    assert read_answer(206, kept, b"x").date == datetime(2026, 4, 22, 1, 0, tzinfo=UTC)
    for age in ("", "-1", "soon", "9" * 19):
        assert read_answer(206, {**kept, "age": age}, b"x").date == datetime(2026, 4, 21, 16, 0, tzinfo=UTC)
    assert read_answer(206, {**kept, "age": "9" * 18}, b"x").served


def test_a_rules_name_holds_nothing_that_no_database_takes() -> None:
    header = 'expiry-date="Fri, 21 Dec 2012 00:00:00 GMT", rule-id="a%00b"'
    answer = read_answer(206, {"content-range": "bytes 0-0/1", "x-amz-expiration": header}, b"x")
    assert answer.expiry_rule == "a\N{REPLACEMENT CHARACTER}b"
