from datetime import timedelta

import pytest

from links.domain.stores.clocks import blame_ours, find_extra_time, find_offset, is_about_our_clock


@pytest.mark.parametrize(
    ("others", "offset"),
    [
        ([], None),
        ([0], 0),
        ([20], 0),
        ([240], 240),
        ([-240], -240),
        ([240, 0], 0),
        ([240, 0, 1], 0),
        ([240, 243], 241.5),
        ([240, 243, 0], 241.5),
        ([240, 0, -3600], 0),
    ],
)
def test_most_clocks_are_believed_and_ours_where_one_agrees_with_it(others: list[float], offset: float | None) -> None:
    found = find_offset([timedelta(seconds=each) for each in others])
    assert found == (None if offset is None else timedelta(seconds=offset))


@pytest.mark.parametrize(
    ("ahead", "extra"), [(None, 0), (-600, 0), (0, 0), (29, 0), (30, 30), (240, 240), (86_400, 86_400), (86_401, 0)]
)
def test_what_is_old_already_is_signed_for_as_much_longer(ahead: float | None, extra: int) -> None:
    assert find_extra_time(None if ahead is None else timedelta(seconds=ahead)) == extra


def test_the_sites_finding_says_by_how_much() -> None:
    assert blame_ours(timedelta(seconds=240)).params == {"whose": "ours", "side": "behind", "seconds": "240"}
    assert blame_ours(timedelta(seconds=-240)).params == {"whose": "ours", "side": "ahead", "seconds": "240"}
    assert blame_ours(None).params == {"whose": "ours"}
    assert is_about_our_clock(blame_ours(None))
