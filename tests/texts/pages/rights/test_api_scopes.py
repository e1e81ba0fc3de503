from pathlib import Path

import pytest
from django.utils import translation

from links.domain.people.scopes import PERMISSIONS, Scope
from links.texts.pages.rights.api_scopes import in_full


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_has_words_in_both_languages(scope: Scope) -> None:
    with translation.override("en"):
        english = in_full(scope.value)
    with translation.override("ja"):
        assert english not in (scope.value, in_full(scope.value))


def test_a_scope_of_another_version_is_told_by_its_code() -> None:
    assert in_full("kites:fly") == "kites:fly"


def test_the_document_of_the_api_names_every_scope_with_its_permissions() -> None:
    rows = [line.split("|") for line in Path("docs/api.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    told = {
        row[1].strip(" `"): set(row[3].replace(",", "").replace(" or", "").replace("`", "").split()) for row in rows
    }
    for scope in Scope:
        assert told[scope.value] == {name.removeprefix("links.") for name in PERMISSIONS[scope]}, scope
