import re
from pathlib import Path

STYLES = Path(__file__).parents[2] / "static" / "holdfast"
GROUND = r"background(-color)?: var\(--"
INK = r"(?<!-)color: var\(--"


def find_rules(selector: str) -> list[tuple[str, str]]:
    """Of each rule that has a selector of this pattern: the at-rule around it, and its declarations."""
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in sorted(STYLES.glob("admin/*.css")))
    text = re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)
    found, at_rule = [], ""
    for head, declarations in re.findall(r"([^{}]*)(?:\{([^{}]*)\}|[{}])", text):
        if head.strip().startswith("@"):
            at_rule = head.strip()
        elif not head.strip():
            at_rule = ""
        elif any(re.fullmatch(selector, each) for each in re.split(r",\s*", head.strip())):
            found.append((at_rule, declarations))
    return found


def test_room_for_the_sidebar_is_made_only_where_there_is_one() -> None:
    """Django hides the sidebar below 768 px; a rule that still keeps its room leaves a phone a column of 113 px."""
    rules = find_rules(r".*\.main\.shifted.*")
    assert rules
    assert {at_rule for at_rule, _ in rules} == {"@media (min-width: 768px)"}


def test_a_table_that_goes_on_beyond_the_edge_shows_it() -> None:
    for selector in ("#changelist .results", r"\.scroll"):
        (background,) = [rule for _, rule in find_rules(selector) if "background" in rule]
        assert background.count(" local") == background.count(" scroll,") == 2
    tokens = (STYLES / "tokens.css").read_text(encoding="utf-8")
    assert tokens.count("--shade:") == tokens.count("--shadow:")


def test_what_has_a_ground_of_its_own_has_its_ink_too() -> None:
    """Or else it is unreadable inside something of another ground: white on light grey, black on black."""
    rules = [rule for rule in find_rules(r"(?!.*(:hover|\.selected)).*") if re.search(GROUND, rule[1])]
    assert len(rules) > 30
    assert [declarations for _, declarations in rules if not re.search(INK, declarations)] == []
