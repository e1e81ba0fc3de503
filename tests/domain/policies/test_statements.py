import json
from collections.abc import Mapping
from typing import Any

import pytest

from links.domain.policies.statements import MAX_POLICY_BYTES, Statement, read_policy

USER = "arn:aws:iam::123456789012:user/teams/share"


def read(**one: Any) -> Statement:
    policy = read_policy(json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", **one}]}))
    assert policy is not None
    (statement,) = policy.denials
    return statement


@pytest.mark.parametrize(
    ("one", "speaks"),
    [
        ({"Action": ["s3:PutObject", "s3:Get*"]}, True),
        ({"Action": "S3:GETOBJECT"}, True),
        ({"Action": "s3:PutObject"}, False),
        ({"Action": "s3:GetObjectVersion"}, False),
        ({"Resource": "arn:aws:s3:::files/reports/*"}, False),
        ({"Resource": "arn:aws:s3:::files/?.pdf"}, True),
        ({"Resource": ["arn:aws:s3:::other/*"]}, False),
        ({"NotAction": "s3:GetObject*"}, False),
        ({"NotAction": "s3:PutObject"}, True),
        ({"NotResource": "arn:aws:s3:::files/a*"}, False),
        ({"NotResource": "arn:aws:s3:::files/public/*"}, True),
    ],
)
def test_a_statement_speaks_of_what_it_names(one: Mapping[str, object], speaks: bool) -> None:
    assert read(**one).matches("s3:GetObject", "files", "a.pdf") is speaks


@pytest.mark.parametrize(
    ("one", "known", "unknown"),
    [
        ({"Principal": "*"}, True, True),
        ({"Principal": {"AWS": "*"}}, True, True),
        ({"Principal": {"AWS": ["arn:aws:iam::1:user/other", USER]}}, True, None),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, True, None),
        ({"Principal": {"AWS": "123456789012"}}, True, None),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:user/other"}}, False, None),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:role/app"}}, False, None),
        ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, False, False),
        (
            {"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}},
            None,
            None,
        ),
        ({"Principal": {"AWS": "arn:aws:iam::*:user/other"}}, None, None),
        ({"NotPrincipal": {"AWS": USER}}, False, None),
        ({"NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}}, None, None),
        ({"NotPrincipal": {"AWS": "arn:aws:iam::1:user/other"}}, True, None),
        ({"NotPrincipal": "*"}, False, False),
    ],
)
def test_a_statement_applies_to_whom_it_names(
    one: Mapping[str, object], known: bool | None, unknown: bool | None
) -> None:
    statement = read(**one)
    assert (statement.applies_to(USER), statement.applies_to("")) == (known, unknown)


def test_what_is_allowed_is_kept_apart_from_what_is_denied() -> None:
    policy = read_policy(json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:*"}, {"Effect": "Deny"}, "odd"]}))
    assert policy is not None
    assert [statement.actions for statement in policy.grants] == [("s3:*",)]
    assert policy.denials == (Statement(),)


@pytest.mark.parametrize("document", ["", "<xml/>", "[]", "{}", "null"])
def test_what_is_no_policy_is_not_checked(document: str) -> None:
    assert read_policy(document) is None


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\udfff"])
def test_what_no_database_takes_is_not_read_out_of_a_policy(text: str) -> None:
    """It would be kept with a link's findings, and keep every other link of its batch from being recorded."""
    (condition,) = read(Condition={"IpAddress": {"aws:SourceIp": text}}).conditions
    (value,) = condition[2]
    assert value == text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    assert "\0" not in json.dumps(read(Action=text, Resource=text).resources)


@pytest.mark.parametrize("depth", [2, 200, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_a_policy_nests_nothing_where_a_text_belongs(opening: str, closing: str, depth: int) -> None:
    """To put it into words would take as deep a stack as the store likes."""
    value = opening * depth + "1" * (opening != "[") + closing * depth
    assert read_policy(f'{{"Statement": {{"Effect": "Deny", "Action": {value}}}}}') is None


def test_a_policy_that_is_longer_than_any_of_a_stores_is_not_read() -> None:
    """Every validation of every link of the bucket weighs each of its statements."""
    statement = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    most = MAX_POLICY_BYTES // len(json.dumps(statement))
    assert read_policy(json.dumps({"Statement": [statement] * (most // 2)})) is not None
    assert read_policy(json.dumps({"Statement": [statement] * (most + 1)})) is None
