from pathlib import Path

STYLES = Path(__file__).parents[2] / "static" / "holdfast" / "admin.css"


def test_room_for_the_sidebar_is_made_only_where_there_is_one() -> None:
    """Django hides the sidebar below 768 px; a rule that still keeps its room leaves a phone a column of 113 px."""
    rules = [line for line in STYLES.read_text(encoding="utf-8").splitlines() if ".main.shifted" in line]
    assert rules
    assert all(rule.startswith("@media (min-width: 768px)") for rule in rules)


def test_a_table_that_goes_on_beyond_the_edge_shows_it() -> None:
    (rule,) = [
        line
        for line in STYLES.read_text(encoding="utf-8").splitlines()
        if line.startswith("#changelist .results, .scroll")
    ]
    assert rule.count(" local") == rule.count(" scroll,") == 2
    tokens = STYLES.with_name("tokens.css").read_text(encoding="utf-8")
    assert tokens.count("--shade:") == tokens.count("--shadow:")
