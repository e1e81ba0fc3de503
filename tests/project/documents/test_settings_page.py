"""The page on settings tells of each its type and what it is without a value, and of none that is not there."""

import re

import pytest

from links.conf import Setting, Site, env, values
from tests.project.documents.markdown import DOCS, ROOT

PAGE = (DOCS / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \| (.*) \|$", re.MULTILINE)
ROWS = {name: (kind, default, meaning) for name, kind, default, meaning in ROW.findall(PAGE)}
OURS = {name: held for name, held in vars(Site).items() if isinstance(held, Setting)}
DJANGOS = {name for path in (ROOT / "config").glob("*.py") for name in env.find_names(path)}
KINDS = {
    values.text: "text",
    values.words: "list",
    values.flag: "on or off",
    values.number: "number",
    values.lists: "JSON",
    values.site: "address",
    values.issuer: "address, with a path",
}


def test_every_setting_has_one_row_and_no_other_has() -> None:
    assert sorted(name for name, *_ in ROW.findall(PAGE)) == sorted({*OURS, *DJANGOS})


@pytest.mark.parametrize("name", OURS)
def test_a_row_tells_how_the_value_is_read(name: str) -> None:
    kind = ROWS[name][0]
    read = OURS[name]._read
    if read in KINDS:
        assert kind == KINDS[read]
    else:  # a choice: it refuses what it does not know by naming what it does
        with pytest.raises(Exception, match=r"Write one of: ") as refusal:
            read(name, "?")
        words = str(refusal.value).partition("Write one of: ")[2].rstrip(".").split(", ")
        assert kind == f"one of {', '.join(f'`{word}`' for word in words)}"


@pytest.mark.parametrize("name", OURS)
def test_a_row_tells_the_value_that_is_taken_without_one(name: str) -> None:
    default, told = OURS[name]._default, ROWS[name][1]
    if callable(default) or default in ("", [], {}):
        assert told
    else:
        assert told == f"`{'off' if default is False else default}`"


@pytest.mark.parametrize("name", sorted(DJANGOS - {*OURS}))
def test_settings_that_cannot_stand_under_our_name_are_marked(name: str) -> None:
    assert ROWS[name][0].endswith(", Django's")
