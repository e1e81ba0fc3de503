import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from links.domain.policies import Statement, limit_age, limit_callers, read_policy

AGE = {"NumericGreaterThan": {"s3:signatureAge": "600000"}}
OFFICE = {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7"]}}


def denial(condition: Mapping[str, object], **more: object) -> tuple[Statement, ...]:
    one = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::files/*",
        "Condition": condition,
    }
    read = read_policy(json.dumps({"Version": "2012-10-17", "Statement": [{**one, **more}]}))
    assert read is not None
    return read


def test_the_age_of_a_signature_is_limited_in_milliseconds() -> None:
    assert limit_age(denial(AGE), "files", "a.pdf") == timedelta(minutes=10)


def test_callers_are_told_apart_by_what_the_policy_names() -> None:
    assert limit_callers(denial(OFFICE), "files", "a.pdf") == ("198.51.100.7", "203.0.113.0/24")
    endpoint = {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
    assert limit_callers(denial(endpoint), "files", "a.pdf") == ("vpce-1a2b3c4d",)
    assert limit_callers(denial(AGE), "files", "a.pdf") == ()


@pytest.mark.parametrize(
    ("more", "speaks"),
    [
        ({"Action": ["s3:PutObject", "s3:Get*"]}, True),
        ({"Action": "S3:GETOBJECT"}, True),
        ({"Action": "s3:PutObject"}, False),
        ({"Resource": "arn:aws:s3:::files/reports/*"}, False),
        ({"Resource": "arn:aws:s3:::files/?.pdf"}, True),
        ({"Resource": ["arn:aws:s3:::other/*"]}, False),
        ({"Effect": "Allow"}, False),
    ],
)
def test_a_statement_speaks_of_what_it_names(more: Mapping[str, object], speaks: bool) -> None:
    assert (limit_age(denial(AGE, **more), "files", "a.pdf") is not None) is speaks


def test_everything_but_what_is_spared_is_meant() -> None:
    spared = {"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject*", "NotResource": "x", "Condition": AGE}
    others = {**spared, "NotAction": "s3:PutObject", "NotResource": "arn:aws:s3:::files/public/*"}
    policy = read_policy(json.dumps({"Statement": spared}))
    assert limit_age(policy or (), "files", "a.pdf") is None
    policy = read_policy(json.dumps({"Statement": others}))
    assert limit_age(policy or (), "files", "a.pdf") == timedelta(minutes=10)
    assert limit_age(policy or (), "files", "public/a.pdf") is None


def test_the_strictest_limit_counts() -> None:
    both = denial(AGE) + denial({"NumericGreaterThan": {"s3:signatureAge": 60000}})
    assert limit_age(both, "files", "a.pdf") == timedelta(minutes=1)


@pytest.mark.parametrize("document", ["", "<xml/>", "[]", "{}", "null"])
def test_what_is_no_policy_is_not_checked(document: str) -> None:
    assert read_policy(document) is None


def test_nonsense_within_a_policy_is_passed_over() -> None:
    odd = denial({"NumericGreaterThan": {"s3:signatureAge": "soon"}, "Bool": "yes"})
    assert limit_age(odd, "files", "a.pdf") is None
