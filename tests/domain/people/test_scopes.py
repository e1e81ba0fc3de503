import pytest

from links.domain.people.scopes import PERMISSIONS, Scope, list_open_scopes
from links.services.people.roles import ROLES


def test_every_scope_stands_for_permissions_of_links() -> None:
    assert set(PERMISSIONS) == set(Scope)
    assert all(names and all(name.startswith("links.") for name in names) for names in PERMISSIONS.values())


@pytest.mark.django_db
def test_every_permission_that_a_scope_names_exists() -> None:
    from django.contrib.auth.models import Permission

    there = set(Permission.objects.filter(content_type__app_label="links").values_list("codename", flat=True))
    assert {name.removeprefix("links.") for names in PERMISSIONS.values() for name in names} <= there


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("Link maker", {Scope.KEYS_READ, Scope.INCIDENTS_READ, Scope.AUDIT_READ}),
        ("Manager", {Scope.KEYS_READ}),
        (
            "Key keeper",
            {
                *(Scope.LINKS_READ, Scope.LINKS_WRITE, Scope.LINKS_REVEAL, Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE),
                *(Scope.VISITS_READ, Scope.TIME_REQUESTS, Scope.DOCTOR, Scope.AUDIT_READ),
            },
        ),
        ("Auditor", {Scope.LINKS_WRITE, Scope.LINKS_REVEAL, Scope.CUSTOMERS_WRITE}),
    ],
)
def test_a_role_opens_the_scopes_of_what_it_may_do(role: str, closed: set[Scope]) -> None:
    assert set(Scope) - set(list_open_scopes({f"links.{name}" for name in ROLES[role]})) == closed


def test_no_permission_opens_nothing() -> None:
    assert list_open_scopes(set()) == []
