from datetime import UTC, datetime

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import (
    IncidentContext,
    NoticeKind,
    RootCause,
    announce_opening,
    find_alarming,
    find_common,
    find_root,
)
from tests.domain.builders import KEY_ID

CONTEXT = IncidentContext(KEY_ID, "files", "s3.example.com")


def root_of(code: Code, context: IncidentContext = CONTEXT, **params: str) -> RootCause:
    return find_root(Finding(code, Verdict.BROKEN, None, params), context)


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        (Code.KEY_UNKNOWN, KEY_ID),
        (Code.TEMPORARY_CREDENTIALS, "files"),
        (Code.PERMISSION_LOST, "files"),
        (Code.WRONG_REGION, "files"),
        (Code.STORE_OVERLOADED, "s3.example.com"),
        (Code.OBJECT_MISSING, "files"),
        (Code.SIGNATURE_ENDS_EARLY, "files"),
        (Code.SECRETS_UNREADABLE, "site"),
    ],
)
def test_links_that_share_what_has_to_be_mended_share_an_incident(code: Code, subject: str) -> None:
    assert root_of(code) == RootCause(code, subject)


@pytest.mark.parametrize(
    ("bucket", "host", "store"),
    [
        ("files", "files.s3.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com"),
        ("", "files.s3.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com"),
        ("files", "files.s3.example.com:9000", "s3.example.com:9000"),
        ("files", "s3.example.com:9000", "s3.example.com:9000"),
        ("files", "filesystem.example.com", "filesystem.example.com"),
        ("", "s3.example.com", "s3.example.com"),
    ],
)
def test_the_buckets_of_a_store_share_its_outages(bucket: str, host: str, store: str) -> None:
    assert root_of(Code.STORE_OVERLOADED, IncidentContext(bucket=bucket, host=host)).subject == store


def test_a_store_that_is_out_is_one_cause_however_it_fails() -> None:
    overloaded, unreachable = root_of(Code.STORE_OVERLOADED), root_of(Code.UNREACHABLE)
    assert overloaded.names == unreachable.names
    assert root_of(Code.KEY_UNKNOWN).names == (Code.KEY_UNKNOWN,)


def test_where_permission_may_have_been_lost_the_bucket_is_what_is_mended() -> None:
    root = root_of(Code.OBJECT_MISSING, one_of="permission-lost")
    assert root == RootCause(Code.OBJECT_MISSING, "files")
    assert not root.affects_each_apart
    assert root_of(Code.OBJECT_MISSING).affects_each_apart


def test_what_is_said_of_several_links_is_true_of_each() -> None:
    soon, later = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    one = Finding(Code.OBJECT_MISSING, Verdict.AT_RISK, later, {"object": "a.pdf", "rule": "clean"})
    other = Finding(Code.OBJECT_MISSING, Verdict.BROKEN, soon, {"object": "b.pdf", "rule": "clean"})
    assert find_common(one, other) == Finding(Code.OBJECT_MISSING, Verdict.BROKEN, soon, {"rule": "clean"})


def test_where_one_of_several_is_in_doubt_all_of_them_are() -> None:
    sure = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)
    doubtful = Finding(Code.OBJECT_MISSING, Verdict.BROKEN, None, {"one_of": "permission-lost"})
    assert find_common(sure, doubtful).params == find_common(doubtful, sure).params == {"one_of": "permission-lost"}


def test_the_key_that_signed_the_url_is_blamed_and_not_the_one_that_came_after() -> None:
    assert root_of(Code.KEY_UNKNOWN, access_key_id="AKIAOLD").subject == "AKIAOLD"


def test_a_foreign_link_without_a_bucket_of_ours_groups_by_its_host() -> None:
    assert root_of(Code.TEMPORARY_CREDENTIALS, IncidentContext(host="s3.example.com")).subject == "s3.example.com"


def test_a_store_that_could_not_tell_alarms_at_the_third_time() -> None:
    silent, gone = Finding(Code.UNREACHABLE, Verdict.UNKNOWN), Finding(Code.KEY_UNKNOWN, Verdict.BROKEN)
    assert [find_alarming([silent], streak) for streak in (1, 2, 3)] == [[], [], [silent]]
    assert find_alarming([gone], 0) == [gone]


def test_one_cause_with_one_cure_is_one_alarm() -> None:
    session = Finding(Code.TEMPORARY_CREDENTIALS, Verdict.AT_RISK)
    early = Finding(Code.SIGNATURE_ENDS_EARLY, Verdict.AT_RISK)
    assert find_alarming([session, early], 0) == [session]
    assert find_alarming([early], 0) == [early]


def test_coming_and_going_is_said_once_and_every_return_after_an_end_that_was_told() -> None:
    told = NoticeKind.RESOLVED
    assert [announce_opening(times, told) for times in (1, 2, 3, 4)] == [
        NoticeKind.OPENED, NoticeKind.OPENED, NoticeKind.FLAPPING, NoticeKind.FLAPPING,
    ]  # fmt: skip
    heard = NoticeKind.OPENED
    assert [announce_opening(times, heard, is_informed=True) for times in (2, 3)] == [None, NoticeKind.FLAPPING]
    assert announce_opening(4, NoticeKind.FLAPPING, is_informed=True) is None


def test_a_fault_of_this_site_needs_no_third_look() -> None:
    unreadable = Finding(Code.SECRETS_UNREADABLE, Verdict.UNKNOWN)
    assert find_alarming([unreadable], 1) == [unreadable]


def test_what_may_be_a_cause_that_is_known_already_is_no_news() -> None:
    denied = Finding(Code.PERMISSION_LOST, Verdict.BROKEN, None, {"one_of": "key-unknown"})
    assert find_alarming([denied], 0, {Code.KEY_UNKNOWN}) == []
    assert find_alarming([denied], 0, {Code.OBJECT_MISSING}) == [denied]
