import pytest

from links.domain.events.kinds import EventKind, find_kind_of_change, read_kinds


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("", "healthy", None),
        ("", "broken", EventKind.LINK_BROKEN),
        ("healthy", "at_risk", EventKind.LINK_AT_RISK),
        ("at_risk", "broken", EventKind.LINK_BROKEN),
        ("broken", "broken", None),
        ("broken", "unknown", None),
        ("unknown", "healthy", EventKind.LINK_HEALTHY),
        ("broken", "healthy", EventKind.LINK_HEALTHY),
        ("healthy", "ended", EventKind.LINK_ENDED),
        ("ended", "healthy", None),
    ],
)
def test_a_verdict_is_news_where_it_changes_what_is_known(before: str, after: str, kind: EventKind | None) -> None:
    assert find_kind_of_change(before, after) is kind


def test_kinds_that_nobody_knows_any_more_are_left_out() -> None:
    assert read_kinds(["link.made", "link.eaten"]) == {EventKind.LINK_MADE}
    assert read_kinds(None) == frozenset()
