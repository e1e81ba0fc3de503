"""When a cause is over: for every code of the catalogue, and for whatever order faults and repairs come in."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from links.domain.findings import FINDING_KINDS, Code, Finding, Handling, Verdict
from links.domain.judging.facts import BucketFacts, Delivery, Facts, FileFacts, Obstacle
from links.domain.judging.resolution import (
    ALTERNATIVES,
    COMES_TRUE_AS,
    END_CONDITIONS,
    Check,
    continues,
    find_passed,
    is_over,
)
from links.domain.judging.verdicts import Judgement, judge, remember
from links.domain.policies.lifecycles import read_rules
from links.domain.stores.answers import Answer, Trouble
from tests.domain.builders import KEY_ID, NOW, SERVED, facts, judged, key, refused, v4

EVERYTHING = frozenset(Check)
OBJECT = "reports/2026.pdf"


def known(code: Code, verdict: Verdict = Verdict.BROKEN, **params: str) -> Finding:
    return Finding(code, verdict, None, params)


# The table ----------------------------------------------------------------------------------------------------------


def test_a_validation_that_failed_is_over_with_the_first_that_did_not() -> None:
    for verdict in (Verdict.BROKEN, Verdict.AT_RISK, Verdict.UNKNOWN):
        assert is_over(known(Code.VALIDATION_FAILS, verdict), [], frozenset(), NOW)


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.VALIDATION_FAILS])
def test_every_code_says_what_ends_it(code: Code) -> None:
    ends = END_CONDITIONS[code]
    for verdict, needed in ((Verdict.BROKEN, ends.detected), (Verdict.AT_RISK, ends.foreseen)):
        assert not is_over(known(code, verdict), [], EVERYTHING - {needed}, NOW)
        assert is_over(known(code, verdict), [], frozenset({needed}), NOW)
        assert not is_over(known(code, verdict), [], frozenset(), NOW)


@pytest.mark.parametrize("code", Code)
def test_what_was_only_foreseen_needs_no_answer_about_the_object_unless_it_was_read_there(code: Code) -> None:
    """What the store's answer alone tells, as the headers of a file, is not ended by anything that we read."""
    read_from_the_file = {Code.RESTORE_ENDS, Code.LIFECYCLE_DELETES}
    if Handling.FORESEEN in FINDING_KINDS[code].handling and Handling.DETECTED not in FINDING_KINDS[code].handling:
        assert (END_CONDITIONS[code].foreseen is Check.SERVED) is (code in read_from_the_file)


def asked(status: int, store_code: str, message: str = "", *, case: Facts | None = None, **more: Any) -> Judgement:
    case = case or facts(v4(), Delivery.STABLE, key=key())
    return judged(case, refused(status, store_code, message, **more))


SECRETS = Obstacle(Code.SECRETS_UNREADABLE)
# What each refusal leaves open of what was known before, in the order in which a request meets it.
HIDES = {
    "secrets": judged(facts(None, Delivery.STABLE, obstacle=SECRETS)),
    "key not proved": judged(facts(None, Delivery.STABLE, obstacle=Obstacle(Code.KEY_NOT_PROVED, "key-pending"))),
    "gate": judged(facts(None, Delivery.STABLE, obstacle=Obstacle(Code.GATE_REFUSED, "gate-token"))),
    "silence": judged(facts(v4(), Delivery.STABLE, key=key()), Answer(trouble=Trouble.TIMEOUT)),
    "a page": judged(facts(v4(), Delivery.STABLE, key=key()), Answer(status=403, content_type="text/html")),
    "overload": asked(503, "SlowDown"),
    "clock": asked(403, "RequestTimeTooSkewed", "The difference is too large"),
    "key": asked(403, "InvalidAccessKeyId", "The key does not exist in our records."),
    "key refused by us": judged(facts(None, Delivery.STABLE, obstacle=Obstacle(Code.KEY_UNKNOWN, "key-unknown"))),
    "account": asked(403, "AccountProblem"),
    "signature": asked(403, "SignatureDoesNotMatch"),
    "region": asked(301, "PermanentRedirect", region="eu-west-1"),
    "bucket": asked(404, "NoSuchBucket"),
    "permission": asked(403, "AccessDenied", "Access Denied"),
    "another word": asked(400, "SomethingNew"),
    "object": asked(404, "NoSuchKey"),
    "archive": asked(403, "InvalidObjectState"),
    "encryption": asked(400, "KMS.DisabledException"),
}
LEFT_OPEN = {
    Code.OBJECT_MISSING: set(HIDES) - {"object", "archive", "encryption"},
    Code.ARCHIVED: set(HIDES) - {"object", "archive", "encryption"},
    Code.OBJECT_REPLACED: set(HIDES),
    Code.ENCRYPTION_KEY: set(HIDES) - {"encryption"},
    Code.PERMISSION_LOST: set(HIDES) - {"permission", "object", "archive", "encryption"},
    Code.BUCKET_MISSING: set(HIDES) - {"region", "bucket", "object", "archive", "encryption"},
    Code.SIGNATURE_MISMATCH: set(HIDES) - {"signature", "bucket", "permission", "object", "archive", "encryption"},
    Code.KEY_UNKNOWN: set(HIDES)
    - {"key", "key refused by us", "signature", "bucket", "permission", "object", "archive", "encryption"},
    Code.UNREACHABLE: {"secrets", "key not proved", "gate", "key refused by us"},
    Code.SECRETS_UNREADABLE: {"secrets", "key not proved", "gate", "key refused by us"},
}


@pytest.mark.parametrize("code", LEFT_OPEN)
@pytest.mark.parametrize("what", HIDES)
def test_what_speaks_first_leaves_open_what_stands_behind_it(code: Code, what: str) -> None:
    judgement = HIDES[what]
    assert judgement.findings, what
    is_found = code in {finding.code for finding in judgement.findings}
    is_outage = code is Code.UNREACHABLE and what in ("silence", "a page", "overload")
    if not is_found and not is_outage:
        assert judgement.ends(known(code), NOW) is (what not in LEFT_OPEN[code])


def test_a_denial_says_nothing_of_permission_even_where_the_object_is_found_to_be_gone() -> None:
    case = facts(v4(), Delivery.STABLE, key=key(), exists=False)
    judgement = asked(403, "AccessDenied", "Access Denied", case=case)
    assert [finding.code for finding in judgement.findings] == [Code.OBJECT_MISSING]
    assert not judgement.ends(known(Code.PERMISSION_LOST), NOW)
    assert judgement.ends(known(Code.KEY_UNKNOWN), NOW)


def test_a_denial_without_words_says_nothing_of_the_key() -> None:
    judgement = asked(403, "AccessDenied")
    assert not judgement.ends(known(Code.KEY_UNKNOWN), NOW)


def test_a_listing_that_has_the_object_ends_that_it_is_missing() -> None:
    judgement = asked(403, "AccessDenied", "Access Denied", case=facts(v4(), key=key(), exists=True))
    assert judgement.ends(known(Code.OBJECT_MISSING), NOW)


def test_a_doubt_is_settled_by_what_is_sure_and_nothing_by_a_doubt() -> None:
    doubt = known(Code.OBJECT_MISSING, one_of=Code.PERMISSION_LOST)
    assert is_over(doubt, [known(Code.OBJECT_MISSING)], frozenset(), NOW)
    assert is_over(doubt, [known(Code.PERMISSION_LOST)], frozenset(), NOW)
    assert not is_over(known(Code.VERSION_MISSING), [doubt], frozenset(), NOW)
    assert continues(doubt, Code.PERMISSION_LOST)


@pytest.mark.parametrize("warning", COMES_TRUE_AS)
def test_a_warning_that_came_true_is_over_and_goes_on(warning: Code) -> None:
    for truth in COMES_TRUE_AS[warning]:
        assert is_over(known(warning, Verdict.AT_RISK), [known(truth)], frozenset(), NOW)
        assert continues(known(warning, Verdict.AT_RISK), truth)


def test_of_alternatives_each_is_about_one_thing() -> None:
    for group in ALTERNATIVES:
        steps = {END_CONDITIONS[code].detected for code in group}
        assert len(steps) <= 2, group


def test_what_is_over_for_the_store_is_over_for_a_healthy_link_and_for_one_whose_promise_is_over() -> None:
    for code in Code:
        assert Judgement(Verdict.HEALTHY).ends(known(code), NOW)
        assert Judgement(Verdict.ENDED).ends(known(code), NOW)


def test_facts_that_could_not_be_read_end_no_warning_that_rests_on_them() -> None:
    warnings = [known(code, Verdict.AT_RISK) for code in (Code.LIFECYCLE_ARCHIVES, Code.POLICY_LIMITS_TIME)]
    unread = judged(facts(v4(), Delivery.STABLE, key=key()), SERVED)
    read = judged(facts(v4(), Delivery.STABLE, key=key(), configuration=BucketFacts((), ())), SERVED)
    assert [unread.ends(warning, NOW) for warning in warnings] == [False, False]
    assert [read.ends(warning, NOW) for warning in warnings] == [True, True]


def test_what_a_certificate_said_is_over_when_another_was_seen() -> None:
    warning, case = known(Code.CERTIFICATE_ENDS, Verdict.AT_RISK), facts(v4(), Delivery.STABLE, key=key())
    assert not judged(case, SERVED).ends(warning, NOW)
    assert judged(case, replace(SERVED, certificate_ends_at=NOW + timedelta(days=90))).ends(warning, NOW)


def test_a_signer_whose_clock_was_ahead_is_not_excused_by_clocks_that_agree() -> None:
    early = known(Code.CLOCK_SKEW, Verdict.AT_RISK, whose="signer")
    assert not is_over(early, [], frozenset({Check.CLOCKS_COMPARED}), NOW)
    assert is_over(early, [], frozenset({Check.TIME_RIGHT}), NOW)


# What a link is known to suffer from --------------------------------------------------------------------------------


def test_a_link_goes_on_to_be_known_for_what_cannot_be_asked_about() -> None:
    missing = asked(404, "NoSuchKey").findings
    later = remember(missing, Verdict.BROKEN, HIDES["secrets"], NOW)
    assert [finding.code for finding in later.findings] == [Code.SECRETS_UNREADABLE, Code.OBJECT_MISSING]
    assert later.findings[1].params["unasked_since"] == NOW.isoformat()
    again = remember(later.findings, later.verdict, HIDES["silence"], NOW + timedelta(hours=1))
    assert again.verdict is Verdict.BROKEN
    assert [finding.code for finding in again.findings] == [Code.OBJECT_MISSING, Code.STORE_OVERLOADED]
    assert again.findings[0].params["unasked_since"] == NOW.isoformat()
    served = judged(facts(v4(), Delivery.STABLE, key=key()), SERVED)
    assert remember(again.findings, again.verdict, served, NOW).findings == ()


@pytest.mark.parametrize("before", [Verdict.HEALTHY, Verdict.AT_RISK, Verdict.BROKEN])
def test_a_fault_of_this_site_changes_no_verdict_of_a_url_that_works_without_it(before: Verdict) -> None:
    unreadable = judged(facts(None, Delivery.PRESIGNED, obstacle=SECRETS))
    warning = known(Code.TEMPORARY_CREDENTIALS, before)
    former = [] if before is Verdict.HEALTHY else [warning]
    later = remember(former, before, unreadable, NOW)
    assert later.verdict is before
    assert [finding.code for finding in later.findings] == [finding.code for finding in former]


def test_a_doubt_takes_the_place_of_nothing_that_is_known_for_sure() -> None:
    missing = asked(404, "NoSuchKey").findings
    case = facts(v4(), Delivery.STABLE, key=key(), may_list=False)
    later = remember(missing, Verdict.BROKEN, asked(403, "AccessDenied", case=case), NOW)
    assert [(finding.code, finding.params.get("one_of")) for finding in later.findings] == [(Code.OBJECT_MISSING, None)]


def test_a_link_that_was_never_judged_is_unknown_while_this_site_is_at_fault() -> None:
    unreadable = judged(facts(None, Delivery.FOREIGN, obstacle=SECRETS))
    assert remember([], None, unreadable, NOW) == Judgement(Verdict.UNKNOWN)
    assert remember([], Verdict.ENDED, unreadable, NOW) == Judgement(Verdict.UNKNOWN)


# Faults and repairs in any order ------------------------------------------------------------------------------------

RULES = read_rules(
    {"Rules": [{"ID": "a", "Status": "Enabled", "Filter": {}, "Transitions": [{"Days": 2, "StorageClass": "GLACIER"}]}]}
)
FAULTS = (
    "secrets",
    "silence",
    "key",
    "signature",
    "account",
    "permission",
    "permission to list",
    "bucket",
    "object",
    "archive",
    "encryption",
    "another file",
    "archiving rule",
    "configuration unread",
)
# The cause of each fault that is one; where more than one is at work an object cannot be both gone and archived.
CAUSES = {
    "secrets": Code.SECRETS_UNREADABLE,
    "key": Code.KEY_UNKNOWN,
    "signature": Code.SIGNATURE_MISMATCH,
    "account": Code.ACCOUNT_BLOCKED,
    "permission": Code.PERMISSION_LOST,
    "bucket": Code.BUCKET_MISSING,
    "object": Code.OBJECT_MISSING,
    "archive": Code.ARCHIVED,
    "encryption": Code.ENCRYPTION_KEY,
    "another file": Code.OBJECT_REPLACED,
    "archiving rule": Code.LIFECYCLE_ARCHIVES,
}


@dataclass
class World:
    """A store, our side, and one link, with whatever is wrong with them."""

    delivery: Delivery
    permission_before_bucket: bool
    faults: set[str] = field(default_factory=set)
    rules: Any = ()

    def toggle(self, fault: str) -> None:
        self.faults ^= {fault}
        if "object" in self.faults and "archive" in self.faults:
            self.faults -= {"object", "archive"} - {fault}

    def holds(self, code: Code) -> bool:
        return any(CAUSES.get(fault) is code for fault in self.faults)

    def validate(self) -> Judgement:
        if "configuration unread" not in self.faults:
            self.rules = RULES if "archiving rule" in self.faults else ()
        shown = {"key": key(), "configuration": BucketFacts(self.rules, ())}
        shown["file"] = FileFacts('"17a5"', 10, made_at=NOW)
        if "secrets" in self.faults:
            return judge(facts(None, self.delivery, days=6, obstacle=SECRETS, **shown), None, NOW)
        answer = self.answer()
        if answer.code == "AccessDenied":
            may_list = "permission to list" not in self.faults and "bucket" not in self.faults
            shown["exists"] = ("object" not in self.faults) if may_list else None
            shown["may_list"] = None if may_list else False
            shown["fresh"] = answer
        return judge(facts(v4(lifetime=604_800), self.delivery, days=6, **shown), answer, NOW)

    def answer(self) -> Answer:
        early = {
            "silence": Answer(trouble=Trouble.TIMEOUT),
            "account": refused(403, "AccountProblem"),
            "key": refused(403, "InvalidAccessKeyId", "unknown"),
            "signature": refused(403, "SignatureDoesNotMatch"),
        }
        middle = {"permission": refused(403, "AccessDenied", "Access Denied"), "bucket": refused(404, "NoSuchBucket")}
        if not self.permission_before_bucket:
            middle = dict(reversed(middle.items()))
        late = {
            "object": refused(404, "NoSuchKey"),
            "archive": refused(403, "InvalidObjectState"),
            "encryption": refused(400, "KMS.DisabledException"),
            "another file": replace(SERVED, etag='"other"'),
        }
        return next((answer for fault, answer in {**early, **middle, **late}.items() if fault in self.faults), SERVED)


@settings(max_examples=400, deadline=None)
@given(
    steps=st.lists(st.lists(st.sampled_from(FAULTS), max_size=3), max_size=14),
    delivery=st.sampled_from([Delivery.STABLE, Delivery.PRESIGNED]),
    permission_before_bucket=st.booleans(),
)
@example(steps=[["object"], ["key"], ["key", "object"]], delivery=Delivery.STABLE, permission_before_bucket=False)
# A rule that went and came back: that it went was read, that it came back was not.
@pytest.mark.slow
@example(
    steps=[["archiving rule"], ["secrets", "archiving rule"], ["archiving rule", "configuration unread"], ["secrets"]],
    delivery=Delivery.STABLE,
    permission_before_bucket=False,
)
def test_no_cause_is_called_over_while_it_holds_and_all_are_over_in_the_end(
    steps: list[list[str]], delivery: Delivery, permission_before_bucket: bool
) -> None:
    world, standing, held = World(delivery, permission_before_bucket), Judgement(Verdict.HEALTHY), set[Code]()
    for number, step in enumerate(steps):
        before = standing
        for fault in step:
            world.toggle(fault)
        held = {code for code in held if world.holds(code)}  # ever since it was found last
        found = world.validate()
        standing = remember(before.findings, before.verdict, found, NOW + timedelta(hours=number))
        assert_nothing_is_forgotten(before, standing, held)
        held |= {finding.code for finding in found.findings if world.holds(finding.code)}
    world.faults.clear()
    assert remember(standing.findings, standing.verdict, world.validate(), NOW).findings == ()


def assert_nothing_is_forgotten(before: Judgement, after: Judgement, holding: set[Code]) -> None:
    """What was known and held all the while is known still; what may be one of two may be settled as the other."""
    codes = [finding.code for finding in after.findings]
    assert len(codes) == len(set(codes))
    sure = {finding.code for finding in before.findings if not finding.params.get("one_of")}
    assert sure & holding <= set(codes)


def test_the_id_of_a_key_is_no_part_of_what_ends_it() -> None:
    """A bucket that was bound to another key is not harmed by the old one any more."""
    old = known(Code.KEY_UNKNOWN, access_key_id="AKIAOLD")
    assert is_over(old, [known(Code.KEY_UNKNOWN, access_key_id=KEY_ID)], frozenset(), NOW)
    assert find_passed(facts(v4(), key=key()), SERVED, None) >= {Check.SERVED, Check.KEY_KNOWN}


def test_a_warning_whose_moment_has_come_is_not_over_because_the_rules_speak_of_it_no_more() -> None:
    read = frozenset({Check.RULES_READ})
    for moment, is_over_now in ((NOW, False), (NOW + timedelta(seconds=1), True)):
        warning = Finding(Code.LIFECYCLE_ARCHIVES, Verdict.AT_RISK, moment)
        assert is_over(warning, [], read, NOW) is is_over_now
        assert is_over(warning, [], read | {Check.SERVED}, NOW)
