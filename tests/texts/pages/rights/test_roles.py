"""Roles in words."""

from django.utils import translation

from links.services.people.roles import ROLES
from links.texts.pages.rights import roles


def test_each_role_that_comes_with_the_product_says_what_it_is_for_in_both_languages() -> None:
    for name in ROLES:
        with translation.override("en"):
            english = roles.in_full(name)
        with translation.override("ja"):
            japanese = roles.in_full(name)
        assert english.startswith(f"{name}: ")
        assert japanese.isascii() is False


def test_a_role_that_somebody_made_keeps_its_name() -> None:
    assert roles.in_full("Night shift") == "Night shift"
