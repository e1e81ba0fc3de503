from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.credentials import CallerKind, KeyState
from links.domain.errors import PromiseRefused
from links.domain.judging.facts import BucketFacts, Delivery, KeyFacts
from links.domain.policies.lifecycles import read_rules
from links.domain.policies.statements import Condition, Statement
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.promises import (
    ObjectLimits,
    Promise,
    PromiseCode,
    PromiseReason,
    Unchecked,
    decide,
    find_limits,
    shorten,
)
from tests.domain.builders import KEY_ID, NOW, key

DAY = timedelta(days=1)
NO_LIMITS = ObjectLimits()


def promised(days: int, delivery: Delivery, limits: ObjectLimits = NO_LIMITS, facts: KeyFacts | None = None) -> Promise:
    return decide(Lifetime(seconds=days * 86400), delivery, facts or key(), limits, NOW)


def test_a_stable_link_keeps_any_lifetime_because_it_is_signed_at_each_click() -> None:
    promise = promised(3650, Delivery.STABLE)
    assert promise.promised_until == NOW + 3650 * DAY
    assert [reason.code for reason in promise.reasons] == [PromiseCode.SIGNED_AT_EACH_CLICK]
    assert not promise.is_shortened


def test_a_presigned_link_lives_seven_days_and_not_a_second_more() -> None:
    assert promised(7, Delivery.PRESIGNED).promised_until == NOW + 7 * DAY
    with pytest.raises(PromiseRefused) as refused:
        decide(Lifetime(seconds=604801), Delivery.PRESIGNED, key(), NO_LIMITS, NOW)
    assert (refused.value.code, refused.value.params["offer"]) == ("promise-presigned-too-long", "stable")


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (ObjectLimits(deleted_at=NOW + 3 * DAY), PromiseCode.LIFECYCLE_DELETES),
        (ObjectLimits(restored_until=NOW + 3 * DAY), PromiseCode.RESTORE_ENDS),
    ],
)
def test_no_link_outlives_its_object(limits: ObjectLimits, why: PromiseCode) -> None:
    promise = promised(30, Delivery.STABLE, limits)
    assert (promise.promised_until, promise.is_shortened) == (NOW + 3 * DAY, True)
    assert PromiseReason(why, NOW + 3 * DAY) in promise.reasons


def test_what_ends_after_the_promise_is_not_mentioned() -> None:
    assert len(promised(2, Delivery.STABLE, ObjectLimits(deleted_at=NOW + 3 * DAY)).reasons) == 1


def test_rotation_shortens_what_is_signed_once_and_nothing_else() -> None:
    due = KeyFacts(KEY_ID, KeyState.PROVED, CallerKind.IAM_USER, rotates_at=NOW + DAY)
    assert promised(5, Delivery.PRESIGNED, facts=due).promised_until == NOW + DAY
    assert promised(5, Delivery.STABLE, facts=due).promised_until == NOW + 5 * DAY


@pytest.mark.parametrize("state", [KeyState.PENDING, KeyState.REFUSED])
def test_a_key_that_may_not_sign_can_promise_nothing(state: KeyState) -> None:
    with pytest.raises(PromiseRefused, match="promise-key-cannot-sign"):
        promised(1, Delivery.STABLE, facts=key(state))


def test_what_is_over_already_is_not_promised() -> None:
    with pytest.raises(PromiseRefused, match="promise-over-already"):
        promised(1, Delivery.STABLE, ObjectLimits(deleted_at=NOW))


def test_a_signed_url_may_shorten_a_promise_and_never_lengthen_it() -> None:
    promise = promised(1, Delivery.PRESIGNED)
    assert shorten(promise, NOW).promised_until == NOW
    assert shorten(promise, NOW + 2 * DAY) == promise


def test_a_reason_is_read_back_as_it_was_stored() -> None:
    for reason in (PromiseReason(PromiseCode.SIGNED_ONCE), PromiseReason(PromiseCode.LIFECYCLE_DELETES, NOW)):
        assert PromiseReason.from_json(reason.to_json()) == reason


FOUND = ObjectFacts(exists=True, size=10, last_modified=NOW)


def configured(**known: Any) -> ObjectLimits:
    return find_limits(FOUND, "files", "a.pdf", BucketFacts(**known))


def test_the_buckets_own_rules_and_policy_limit_a_promise() -> None:
    rules = read_rules(
        {
            "Rules": [
                {"ID": "a", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 9}},
                {"ID": "b", "Status": "Enabled", "Prefix": "", "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}]},
            ]
        }
    )
    promise = promised(30, Delivery.STABLE, configured(rules=rules, denials=(), versioned=False))
    assert promise.promised_until == datetime(2026, 11, 28, tzinfo=UTC)
    assert {reason.code for reason in promise.reasons} >= {
        PromiseCode.LIFECYCLE_ARCHIVES,
        PromiseCode.LIFECYCLE_DELETES,
    }
    assert promise.unchecked == ()


def test_a_policy_on_the_age_of_signatures_shortens_only_what_is_signed_once() -> None:
    hour = Statement(conditions=(("numericgreaterthan", "s3:signatureage", ("3600000",)),))
    limits = configured(denials=(hour,))
    assert promised(1, Delivery.PRESIGNED, limits).promised_until == NOW + timedelta(hours=1)
    assert promised(1, Delivery.STABLE, limits).promised_until == NOW + DAY


FROM_CHRISTMAS = ("dategreaterthan", "aws:currenttime", ("2026-12-24",))
PRESIGNED = ("stringequals", "s3:authtype", ("REST-QUERY-STRING",))
TAGGED = ("stringequals", "s3:existingobjecttag/shared", ("no",))
OFFICE = ("notipaddress", "aws:sourceip", ("203.0.113.0/24",))


@pytest.mark.parametrize("delivery", [Delivery.STABLE, Delivery.PRESIGNED])
def test_a_policys_date_shortens_every_promise(delivery: Delivery) -> None:
    limits = configured(denials=(Statement(conditions=(FROM_CHRISTMAS,)),))
    promise = decide(Lifetime(seconds=86400 * 6), delivery, key(), limits, datetime(2026, 12, 20, tzinfo=UTC))
    assert promise.promised_until == datetime(2026, 12, 24, tzinfo=UTC)
    assert promise.reasons[-1] == PromiseReason(PromiseCode.POLICY_LIMITS_TIME, promise.promised_until)


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ((PRESIGNED,), PromiseCode.POLICY_REFUSES_PRESIGNED),
        ((("datelessthan", "aws:currenttime", ("2026-12-24",)),), PromiseCode.POLICY_LIMITS_TIME),
    ],
)
def test_what_the_policy_refuses_now_is_not_promised(conditions: tuple[Condition, ...], why: PromiseCode) -> None:
    limits = replace(configured(denials=(Statement(conditions=conditions),)), deleted_at=NOW + DAY)
    with pytest.raises(PromiseRefused) as refused:
        promised(30, Delivery.STABLE, limits)
    assert (refused.value.code, refused.value.params["reason"]) == ("promise-over-already", why.value)


def test_what_the_policy_may_refuse_is_said_and_shortens_nothing() -> None:
    doubtful = (FROM_CHRISTMAS, TAGGED), (PRESIGNED, TAGGED), (OFFICE,)
    limits = configured(denials=tuple(Statement(conditions=each) for each in doubtful))
    promise = promised(60, Delivery.STABLE, limits)
    assert not promise.is_shortened
    assert {reason.code for reason in promise.reasons[1:]} == {
        PromiseCode.POLICY_MAY_REFUSE,
        PromiseCode.POLICY_LIMITS_CALLERS,
    }
    assert len(promise.reasons) == 3


def test_a_grant_that_ends_is_a_doubt_and_a_denial_of_others_is_none() -> None:
    user = "arn:aws:iam::123456789012:user/share"
    ours = replace(key(), user=user)
    ending = Statement(conditions=(("datelessthan", "aws:currenttime", ("2026-12-24",)),), principals=(user,))
    others = Statement(conditions=(PRESIGNED,), principals=("arn:aws:iam::123456789012:user/somebody",))
    promise = promised(60, Delivery.STABLE, configured(denials=(others,), grants=(ending,)), ours)
    assert [reason.code for reason in promise.reasons] == [
        PromiseCode.SIGNED_AT_EACH_CLICK,
        PromiseCode.POLICY_MAY_REFUSE,
    ]
    assert not promise.is_shortened


def test_what_may_not_be_read_is_named_and_not_guessed() -> None:
    promise = promised(30, Delivery.STABLE, configured())
    assert set(promise.unchecked) == set(Unchecked)
    assert not promise.is_shortened


def test_a_version_that_is_pinned_outlives_an_expiration_that_only_hides_it() -> None:
    hide = {"ID": "hide", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}
    tidy = {"ID": "tidy", "Status": "Enabled", "Prefix": "", "NoncurrentVersionExpiration": {"NoncurrentDays": 9}}
    pinned = replace(FOUND, version_id="v1", expires_at=datetime(2026, 11, 26, tzinfo=UTC))
    for rules, end in (([hide], None), ([hide, tidy], datetime(2026, 12, 5, tzinfo=UTC))):
        known = BucketFacts(rules=read_rules({"Rules": rules}))
        assert find_limits(pinned, "files", "a.pdf", known).deleted_at == end
    assert find_limits(pinned, "files", "a.pdf", BucketFacts()).deleted_at == pinned.expires_at


def test_the_objects_own_header_counts_before_the_rules() -> None:
    found = replace(FOUND, expires_at=NOW + DAY)
    assert find_limits(found, "files", "a.pdf", BucketFacts()).deleted_at == NOW + DAY
