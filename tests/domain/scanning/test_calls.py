import json

import pytest

from links.domain.scanning import javascript_calls, python_calls
from links.domain.scanning.notebooks import find_calls_in_notebook
from links.domain.scanning.presign_calls import PresignCall

DAY = 86_400


@pytest.mark.parametrize(
    ("source", "seconds"),
    [
        ("s3.generate_presigned_url('get_object', Params={}, ExpiresIn=864000)", 864_000),
        ("s3.generate_presigned_url('get_object', {}, 60 * 60 * 24 * 8)", 8 * DAY),
        ("WEEK = 7 * 24 * 3600\ns3.generate_presigned_url('get_object', {}, WEEK * 2)", 14 * DAY),
        ("s3.generate_presigned_url('get_object', {}, int(timedelta(days=8).total_seconds()))", 8 * DAY),
        ("s3.generate_presigned_post('b', 'k', None, None, 700_000)", 700_000),
        ("minio.presigned_get_object('b', 'k', expires=datetime.timedelta(days=9, hours=1))", 9 * DAY + 3_600),
        ("storage.url(name, expire=8 * 86400)", 8 * DAY),
        ("AWS_QUERYSTRING_EXPIRE = 30 * 86400", 30 * DAY),
        ("STORAGES = {'OPTIONS': {'querystring_expire': 2592000}}", 30 * DAY),
    ],
)
def test_python_says_for_how_long_it_signs(source: str, seconds: int) -> None:
    (call,) = python_calls.find_calls(source)
    assert (call.seconds, call.is_refused, call.line) == (seconds, True, source.count("\n") + 1)


@pytest.mark.parametrize(
    "source",
    [
        "s3.generate_presigned_url('get_object', {}, lifetime)",
        "s3.generate_presigned_url('get_object')",
        "a = 1\na = 10**9\ns3.generate_presigned_url('get_object', {}, a)",
        "# s3.generate_presigned_url('get_object', {}, 864000)",
        "request.url(8, 9, 864000)",
        "no python {",
        "\0",
        "(" * 100_000,
        "s3.generate_presigned_url('x', {}, 9 ** 9 ** 9)",
    ],
)
def test_python_that_does_not_say_it_is_left_alone(source: str) -> None:
    assert python_calls.find_calls(source) == []


@pytest.mark.parametrize(
    ("source", "seconds"),
    [
        (
            "await getSignedUrl(client, new GetObjectCommand({Bucket: b, Key: k}), { expiresIn: 60 * 60 * 24 * 8 })",
            8 * DAY,
        ),
        ("const WEEK = 60 * 60 * 24 * 7;\ngetSignedUrl(client, command, {expiresIn: WEEK * 2})", 14 * DAY),
        ("s3.getSignedUrl('getObject', {Bucket: b, Key: k, Expires: 864_000}, done)", 864_000),
        ("s3.createPresignedPost({Bucket: b, Expires: 700000})", 700_000),
        ("minio.presignedGetObject('b', 'k', 24*60*60*8)", 8 * DAY),
        ("minio.presignedUrl('GET', 'b', 'k', 24*60*60*8)", 8 * DAY),
    ],
)
def test_javascript_says_for_how_long_it_signs(source: str, seconds: int) -> None:
    (call,) = javascript_calls.find_calls(source)
    assert (call.seconds, call.is_refused, call.line) == (seconds, True, source.count("\n") + 1)


@pytest.mark.parametrize(
    "source",
    [
        "getSignedUrl(client, command, {expiresIn: lifetime})",
        "getSignedUrl(client, command)\nother({expiresIn: 864000})",
        "getSignedUrl(" * 10_000,
        "const a = a * a * a;\ngetSignedUrl(c, d, {expiresIn: a})",
    ],
)
def test_javascript_that_does_not_say_it_is_left_alone(source: str) -> None:
    assert javascript_calls.find_calls(source) == []


def test_twelve_hours_and_seven_days_are_the_limits() -> None:
    told = [
        (call.may_end_early, call.is_refused) for call in (PresignCall(1, "f", n) for n in (43_200, 43_201, 604_800))
    ]
    assert told == [(False, False), (True, False), (True, False)]
    assert PresignCall(1, "f", 604_801).is_refused


def test_a_notebook_s_call_stands_at_its_line_of_the_file() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["s3.generate_presigned_url('x', {}, 864000)"]},
        {"cell_type": "code", "source": ["a = 1\n", "s3.generate_presigned_url('get_object', {}, 864000)\n"]},
    ]
    text = json.dumps({"cells": cells}, indent=1)
    (call,) = find_calls_in_notebook(text)
    assert "get_object" in text.split("\n")[call.line - 1]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 1}', '{"cells": [1, {"cell_type": "code"}]}', "[" * 100_000]
)
def test_what_is_no_notebook_has_no_calls(text: str) -> None:
    assert list(find_calls_in_notebook(text)) == []
