"""Words that were given up for plainer ones stand in no sentence of a page, a mail or a command."""

import re
from argparse import ArgumentParser
from pathlib import Path

import polib
import pytest
from django.core.management import get_commands, load_command_class

from tools.messages import CATALOGUE

COMMANDS = sorted(name for name, app in get_commands().items() if app == "links")


OTHER_NAMES = {"holdfast_site"}  # of PostgreSQL's roles


def read_parser(name: str) -> ArgumentParser:
    return load_command_class("links", name).create_parser("manage.py", name)


def read_help(name: str) -> str:
    """On one line, as it was written."""
    return " ".join(read_parser(name).format_help().split())


SENTENCES = [
    *(
        text
        for entry in polib.pofile(str(CATALOGUE))
        if not entry.obsolete
        for text in (entry.msgid, entry.msgid_plural)
    ),
    *map(read_help, COMMANDS),
]


@pytest.mark.parametrize(
    ("given_up", "instead"),
    [
        (r"\bbites?\b", "stops working"),
        (r"\b[Ww]ill die\b|\bdying\b|\bdies?\b", "stops working"),
        (r"\b[Ff]oreign (?:URL|link)", "external URL"),
        (r"\b[Rr]escued?\b(?! \w*_)", "replaced with a stable link"),
        (r"\bThe promise$|\b[Tt]he promise\b", "available until, the promised date"),
        (r"Hand (?:it |them )?to a colleague", "transfer"),
        (r"\bNobody is watching\b", "monitoring has stopped"),
        (r"\b[Ll]ink mails\b", "mails about links"),
        (r"\b[Ii]ncident notices\b", "alerts"),
        (r"\b(?:unproved|[Pp]rove now)\b", "not verifiable, verify"),
        (r"\bhas ended\b", "has expired"),
        (r"\bon its way to\b|question is on its way", "was sent"),
        (r"There is nothing here$", "page not found"),
        (r"\bseal(?:s|ed)?\b", "encrypt"),
        (r"\bmangled\b", "changed"),
        (r"\b[Aa]ddress of (?:its|your) own\b", "custom address"),
        (r"\btruly\b", "really"),
        (r"\blies undone\b|\brows are due\b", "work that is due"),
    ],
)
def test_a_word_that_was_given_up_stands_nowhere(given_up: str, instead: str) -> None:
    assert [text for text in SENTENCES if re.search(given_up, text)] == [], instead


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_options_commands_and_settings_that_are_there(name: str) -> None:
    parser, told = read_parser(name), read_help(name)
    options = {option for action in parser._actions for option in action.option_strings}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", told)) <= options
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", told)) - OTHER_NAMES
    assert named <= set(COMMANDS)
    documented = Path("docs/settings.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b", told)) - {"DJANGO_SETTINGS_MODULE"}
    assert {setting for setting in settings if f"`{setting}`" not in documented} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme_and_says_what_each_argument_of_its_own_is(name: str) -> None:
    assert f"`{name}`" in Path("README.md").read_text(encoding="utf-8")
    nameless = [action.dest for action in read_parser(name)._actions if not action.help]
    assert nameless == []
