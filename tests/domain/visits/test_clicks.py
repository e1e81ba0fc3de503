import pytest

from links.domain.visits.clicks import CLICK_SECONDS, is_too_short


@pytest.mark.parametrize(
    ("lifetime", "wanted", "too_short"), [(180, 180, False), (180, 239, False), (180, 240, True), (780, 180, False)]
)
def test_a_click_was_signed_too_short_where_a_third_of_its_time_is_missing(
    lifetime: int, wanted: int, too_short: bool
) -> None:
    assert is_too_short(lifetime, wanted) is too_short


def test_a_url_that_states_no_lifetime_is_too_short_for_any_click() -> None:
    assert is_too_short(None, CLICK_SECONDS)
