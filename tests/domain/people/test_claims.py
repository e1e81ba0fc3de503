"""What a provider's claims make of a person, and their groups of roles."""

from collections.abc import Mapping

import pytest

from links.domain.people.claims import SUPERUSER, MappedRights, find_groups, map_groups, read_person

ISSUER = "https://id.example.com"
MAPPING = {"sales": ["Link maker"], "leads": ["Manager", "Auditor"]}


@pytest.mark.parametrize(
    ("claims", "name", "groups"),
    [
        ({"groups": ["sales", "leads"]}, "groups", {"sales", "leads"}),
        ({"groups": "sales,leads"}, "groups", {"sales,leads"}),
        ({"groups": []}, "groups", set()),
        ({"groups": ["sales", 7, None, {"name": "leads"}, ["leads"]]}, "groups", {"sales"}),
        ({}, "groups", None),
        ({"groups": None}, "groups", None),
        ({"groups": {"leads": True}}, "groups", None),
        ({"realm_access": {"roles": ["sales"]}}, "realm_access.roles", {"sales"}),
        ({"realm_access": "roles"}, "realm_access.roles", None),
        ({"https://x.example.com/groups": ["sales"]}, "https://x.example.com/groups", {"sales"}),
        ({"Groups": ["sales"]}, "groups", None),
    ],
)
def test_groups_are_read_as_providers_write_them(
    claims: Mapping[str, object], name: str, groups: set[str] | None
) -> None:
    assert find_groups(claims, name) == groups


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ({"sales"}, {"Link maker"}),
        ({"sales", "leads"}, {"Link maker", "Manager", "Auditor"}),
        ({"leads", "unknown"}, {"Manager", "Auditor"}),
        ({"Sales"}, set()),
        ({"sales "}, set()),
        ({"Manager"}, set()),
        ({SUPERUSER}, set()),
        (set(), set()),
    ],
)
def test_only_groups_that_are_mapped_give_roles(groups: set[str], roles: set[str]) -> None:
    rights = map_groups(groups, MAPPING)
    assert rights == MappedRights(frozenset(roles), None)
    assert rights.are_none == (not roles)


def test_a_superuser_is_made_by_an_explicit_mapping_alone() -> None:
    mapping = MAPPING | {"roots": [SUPERUSER]}
    assert map_groups({"roots"}, mapping) == MappedRights(frozenset(), True)
    assert not map_groups({"roots"}, mapping).are_none
    assert map_groups({"sales"}, mapping) == MappedRights(frozenset({"Link maker"}), False)
    assert map_groups(set(), mapping) == MappedRights(frozenset(), False)
    assert map_groups({"sales"}, MAPPING) == MappedRights(frozenset({"Link maker"}), None)


@pytest.mark.parametrize(
    ("token", "profile", "email"),
    [
        ({"email": "a@example.com", "email_verified": True}, {}, "a@example.com"),
        ({"email": "a@example.com", "email_verified": "true"}, {}, "a@example.com"),
        ({"email": "a@example.com"}, {}, ""),
        ({"email": "a@example.com", "email_verified": False}, {}, ""),
        ({"email": "a@example.com", "email_verified": 1}, {}, ""),
        ({"email": "a@example.com", "email_verified": ["x"]}, {}, ""),
        ({"email": "a@example.com"}, {"email_verified": True}, ""),
        ({"email_verified": True}, {"email": "a@example.com"}, ""),
        ({"email": "a@example.com"}, {"email": "b@example.com", "email_verified": True}, "b@example.com"),
    ],
)
def test_an_address_counts_only_where_the_same_source_says_that_it_was_verified(
    token: dict[str, object], profile: dict[str, object], email: str
) -> None:
    assert read_person(ISSUER, {"sub": "1"} | token, profile, "groups").email == email


def test_what_the_token_lacks_is_taken_from_the_profile() -> None:
    person = read_person(
        ISSUER,
        {"sub": "1", "preferred_username": 7},
        {"preferred_username": "anna", "name": "Anna van Dyk", "groups": ["sales"]},
        "groups",
    )
    assert (person.username, person.first_name, person.last_name) == ("anna", "Anna", "van Dyk")
    assert person.groups == frozenset({"sales"})


def test_the_tokens_groups_count_before_the_profiles() -> None:
    assert read_person(ISSUER, {"sub": "1", "groups": []}, {"groups": ["leads"]}, "groups").groups == frozenset()


@pytest.mark.parametrize("name", ["a\nb", "\u202eanna", "a" * 400])
def test_a_name_fits_into_an_account_or_is_left_out(name: str) -> None:
    person = read_person(ISSUER, {"sub": "1", "preferred_username": name}, {}, "groups")
    assert len(person.username) <= 150
    assert person.username.isprintable()
