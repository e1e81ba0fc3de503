from datetime import UTC, datetime, timedelta

import pytest

from links.domain.errors import Refused
from links.domain.sharing import EVERYTHING, ListingPlan, Receiver, ReceiverKind, SharedPrefix, ShareScope, check_prefix

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FILES, OTHER = 1, 2


def scope(*prefixes: str) -> ShareScope:
    return ShareScope(tuple(SharedPrefix(FILES, prefix) for prefix in prefixes))


@pytest.mark.parametrize(
    ("prefix", "key", "may"),
    [
        ("a/", "a/b", True),
        ("a/", "a/", True),
        ("a/", "a", False),
        ("a/", "ab/c", False),
        ("a", "a", True),
        ("a", "ab/c", True),
        ("a", "b/a", False),
        ("", "anything", True),
        ("", "/leading", True),
        ("a/", "/a/b", False),
        ("a/", "a//b", True),
        ("a//", "a/b", False),
        ("a/", "b/../a/c", False),
        ("a/", "a/../b", True),
        ("a/", "A/b", False),
        ("a/", "a\\b", False),
        ("a/", "a%2Fb", False),
        ("a/", " a/b", False),
        ("caf\u00e9/", "caf\u00e9/x", True),
        ("caf\u00e9/", "cafe\u0301/x", False),
        ("cafe", "cafe\u0301/x", True),
        ("資料/", "資料/カタログ.pdf", True),
        ("資料/", "资料/x", False),
        ("\uff41/", "a/x", False),
        ("a.pdf", "a.pdf", True),
        ("stra\u00dfe/", "strasse/x", False),
    ],
)
def test_a_prefix_covers_the_keys_that_begin_exactly_so(prefix: str, key: str, may: bool) -> None:
    assert scope(prefix).may_share(FILES, key) is may
    assert not scope(prefix).may_share(OTHER, key)
    assert EVERYTHING.may_share(OTHER, key)


def test_nobody_may_share_anything_unless_it_is_said() -> None:
    nothing = ShareScope()
    assert not nothing.may_share(FILES, "")
    assert not nothing.may_enter(FILES, "")
    assert not nothing.may_use(FILES)
    assert nothing.plan_listing(FILES, "") == ListingPlan()


@pytest.mark.parametrize(
    ("folder", "may"),
    [("", True), ("a/", True), ("a/b/", True), ("a/b/c/", True), ("a/c/", False), ("b/", False), ("a", True)],
)
def test_folders_on_the_way_to_a_prefix_may_be_entered(folder: str, may: bool) -> None:
    assert scope("a/b/").may_enter(FILES, folder) is may
    assert not scope("a/b/").may_enter(OTHER, folder)


@pytest.mark.parametrize(
    ("prefixes", "start", "folders", "asked"),
    [
        (["a/b/", "a/c/", "d/"], "", ["a/", "d/"], []),
        (["a/b/", "a/c/", "d/"], "a/", ["a/b/", "a/c/"], []),
        (["a/b/"], "a/b/", [], ["a/b/"]),
        (["a/b/"], "a/b/c/", [], ["a/b/c/"]),
        (["a/b/"], "x/", [], []),
        (["a/2026"], "a/", [], ["a/2026"]),
        (["a/2026"], "a/20", [], ["a/2026"]),
        (["a/2026"], "a/2027", [], []),
        (["a/2026", "a/2026/q1/"], "a/", [], ["a/2026"]),
        (["a", "ab/c/", "b/"], "", ["b/"], ["a"]),
        (["a//b"], "a/", ["a//"], []),
        (["/a/"], "", ["/"], []),
        ([""], "", [], [""]),
    ],
)
def test_only_what_may_be_shared_is_asked_for_and_only_the_way_to_it_is_shown(
    prefixes: list[str], start: str, folders: list[str], asked: list[str]
) -> None:
    plan = scope(*prefixes).plan_listing(FILES, start)
    assert (list(plan.folders), list(plan.prefixes)) == (folders, asked)


def test_whoever_may_share_everything_lists_everything() -> None:
    assert EVERYTHING.plan_listing(OTHER, "x/") == ListingPlan(prefixes=("x/",))


def test_the_most_generous_longest_lifetime_counts() -> None:
    few, more, any_time = (SharedPrefix(FILES, prefix, days) for prefix, days in (("", 7), ("a/", 30), ("a/b/", None)))
    limited = ShareScope((few, more, any_time))
    assert limited.find_last_end(FILES, "x", NOW) == NOW + timedelta(days=7)
    assert limited.find_last_end(FILES, "a/x", NOW) == NOW + timedelta(days=30)
    assert limited.find_last_end(FILES, "a/b/x", NOW) is None
    assert EVERYTHING.find_last_end(FILES, "x", NOW) is None


@pytest.mark.parametrize(
    ("prefix", "instead"),
    [
        ("/reports/", "reports/"),
        ("//reports/2026/", "reports/2026/"),
        ("/", ""),
        ("reports/*", "reports/"),
        ("*", ""),
        ("s3://files/reports/", "reports/"),
        ("arn:aws:s3:::files/reports/", "reports/"),
        ("s3://files", ""),
        ("https://files.example.com/reports/", ""),
    ],
)
def test_a_prefix_by_which_another_is_meant_is_refused_with_that_unless_keys_begin_so(
    prefix: str, instead: str
) -> None:
    with pytest.raises(Refused, match="prefix-unlikely") as refused:
        check_prefix(prefix)
    assert refused.value.params["instead"] == instead
    check_prefix(prefix, is_there=True)


@pytest.mark.parametrize("prefix", ["", "a", "a/", " a/", "a/ ", "a//b/", "a/../", "a*b/", "e\u0301/"])
def test_any_other_prefix_is_taken_letter_for_letter(prefix: str) -> None:
    check_prefix(prefix)


@pytest.mark.parametrize(("prefix", "code"), [("a\0b", "malformed"), ("\ud800", "malformed"), ("é" * 513, "too-long")])
def test_a_prefix_that_no_key_can_begin_with_is_refused(prefix: str, code: str) -> None:
    with pytest.raises(Refused, match=f"prefix-{code}"):
        check_prefix(prefix)
    check_prefix("é" * 512)


@pytest.mark.parametrize(
    ("receiver", "text"),
    [(Receiver(ReceiverKind.ROLE, 7), "role:7"), (Receiver(ReceiverKind.PERSON, 12), "person:12")],
)
def test_a_receiver_is_read_back_from_its_text(receiver: Receiver, text: str) -> None:
    assert (str(receiver), Receiver.parse(text)) == (text, receiver)


@pytest.mark.parametrize("text", ["", "role", "role:", "group:7", "7", "role:x"])
def test_what_names_no_receiver_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a valid|invalid literal"):
        Receiver.parse(text)
