import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from links.domain.policies.conditions import ALWAYS, PERHAPS, RequestContext, Window
from links.domain.policies.restrictions import Restriction, RestrictionKind, end_grants, find_restrictions
from links.domain.policies.statements import Policy, read_policy
from tests.domain.builders import NOW

USER = "arn:aws:iam::123456789012:user/share"
ASKING = RequestContext("files", "a.pdf", signed_at=NOW, user=USER)
AGE = {"NumericGreaterThan": {"s3:signatureAge": "600000"}}
OFFICE = {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7"]}}
CHRISTMAS = datetime(2026, 12, 24, tzinfo=UTC)
FROM_CHRISTMAS = {"DateGreaterThan": {"aws:CurrentTime": "2026-12-24T00:00:00Z"}}
UNTIL_CHRISTMAS = {"DateLessThan": {"aws:EpochTime": int(CHRISTMAS.timestamp())}}
PRESIGNED = {"StringNotEquals": {"s3:authType": "REST-HEADER"}}
TAGGED = {"StringEquals": {"s3:ExistingObjectTag/shared": "no"}}


def statement(condition: Mapping[str, object], **more: Any) -> dict[str, Any]:
    one = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::files/*"}
    return {**one, "Condition": condition, **more}


def policy(*statements: Mapping[str, Any]) -> Policy:
    read = read_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    assert read is not None
    return read


def restrict(condition: Mapping[str, object], **more: Any) -> list[Restriction]:
    return find_restrictions(policy(statement(condition, **more)).denials, ASKING)


@pytest.mark.parametrize(
    ("condition", "limit", "window"),
    [
        (AGE, RestrictionKind.AGE, Window(start=NOW + timedelta(minutes=10))),
        (FROM_CHRISTMAS, RestrictionKind.TIME, Window(start=CHRISTMAS)),
        (UNTIL_CHRISTMAS, RestrictionKind.TIME, Window(end=CHRISTMAS)),
        (PRESIGNED, RestrictionKind.PRESIGNED, ALWAYS),
        (PRESIGNED | FROM_CHRISTMAS, RestrictionKind.TIME, Window(start=CHRISTMAS)),
        (AGE | FROM_CHRISTMAS, RestrictionKind.AGE, Window(start=CHRISTMAS)),
        (PRESIGNED | TAGGED, RestrictionKind.PRESIGNED, PERHAPS),
        (FROM_CHRISTMAS | TAGGED, RestrictionKind.TIME, Window(start=CHRISTMAS, sure=False)),
    ],
)
def test_a_denial_strikes_when_all_of_its_conditions_hold(
    condition: Mapping[str, object], limit: RestrictionKind, window: Window
) -> None:
    assert restrict(condition) == [Restriction(limit, window)]


def test_callers_are_told_apart_by_what_the_policy_names() -> None:
    (one,) = restrict({**OFFICE, **FROM_CHRISTMAS})
    assert (one.limit, one.callers) == (RestrictionKind.CALLERS, ("198.51.100.7", "203.0.113.0/24"))
    assert one.window == Window(start=CHRISTMAS, sure=False)
    (one,) = restrict({"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})
    assert one.callers == ("vpce-1a2b3c4d",)


@pytest.mark.parametrize("condition", [AGE, OFFICE, FROM_CHRISTMAS, PRESIGNED])
@pytest.mark.parametrize(
    "more",
    [
        {"Principal": {"AWS": "arn:aws:iam::123456789012:user/other"}},
        {"NotPrincipal": {"AWS": USER}, "Principal": None},
        {"Action": "s3:PutObject"},
        {"Resource": "arn:aws:s3:::files/secret/*"},
    ],
)
def test_a_denial_of_somebody_or_something_else_is_none(
    condition: Mapping[str, object], more: Mapping[str, Any]
) -> None:
    assert restrict(condition, **more) == []


@pytest.mark.parametrize("condition", [AGE, OFFICE, FROM_CHRISTMAS, PRESIGNED])
def test_a_denial_that_never_holds_for_this_user_is_none(condition: Mapping[str, object]) -> None:
    assert restrict({**condition, "ArnNotEquals": {"aws:PrincipalArn": USER}}) == []
    assert restrict({**condition, "StringEquals": {"s3:authType": "POST"}}) == []


def test_a_denial_of_those_whom_nobody_here_knows_is_not_sure() -> None:
    denials = policy(statement(FROM_CHRISTMAS, Principal={"AWS": USER})).denials
    (one,) = find_restrictions(denials, RequestContext("files", "a.pdf"))
    assert not one.window.sure


def test_a_denial_without_a_condition_that_is_known_here_is_nothing_to_foresee() -> None:
    assert restrict({"Bool": {"aws:SecureTransport": "false"}}) == []


def test_the_surest_and_soonest_denial_comes_first() -> None:
    later = {"DateGreaterThan": {"aws:CurrentTime": "2027-01-01"}}
    denials = policy(*(statement(one) for one in (later, PRESIGNED | TAGGED, FROM_CHRISTMAS, AGE))).denials
    found = find_restrictions(denials, ASKING)
    assert [one.window.start for one in found][:2] == [NOW + timedelta(minutes=10), CHRISTMAS]
    assert [one.window.sure for one in found] == [True, True, True, False]


def grant(condition: Mapping[str, object], principal: object = None) -> dict[str, Any]:
    return statement(condition, Effect="Allow", Principal=principal or {"AWS": USER})


@pytest.mark.parametrize(
    ("grants", "end"),
    [
        ([grant(UNTIL_CHRISTMAS)], CHRISTMAS),
        ([grant({"DateLessThan": {"aws:CurrentTime": "2026-12-01"}}), grant(UNTIL_CHRISTMAS)], CHRISTMAS),
        ([grant(UNTIL_CHRISTMAS), grant({})], None),
        ([grant(UNTIL_CHRISTMAS), grant(TAGGED, "*")], None),
        ([grant(UNTIL_CHRISTMAS), grant({}, {"AWS": "arn:aws:iam::1:user/other"})], CHRISTMAS),
        ([grant(UNTIL_CHRISTMAS, "*")], None),
        ([], None),
    ],
)
def test_what_is_granted_to_the_user_ends_with_the_last_grant(
    grants: list[dict[str, Any]], end: datetime | None
) -> None:
    assert end_grants(policy(*grants).grants, ASKING) == end
    assert end_grants(policy(*grants).grants, RequestContext("files", "a.pdf")) is None
