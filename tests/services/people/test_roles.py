import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from links.services.people.roles import ROLES, make_roles

pytestmark = pytest.mark.django_db


def permissions_of(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_every_role_is_there_after_a_migration_with_every_permission_that_it_names() -> None:
    assert {name: permissions_of(name) for name in ROLES} == {name: set(named) for name, named in ROLES.items()}


def test_a_role_that_somebody_changed_stays_changed() -> None:
    Group.objects.get(name="Auditor").permissions.clear()
    assert make_roles() == []
    assert permissions_of("Auditor") == set()


def test_a_role_that_is_missing_is_made_by_the_next_migration() -> None:
    Group.objects.get(name="Manager").delete()
    call_command("migrate", verbosity=0)
    assert "see_every_sharelink" in permissions_of("Manager")


def test_an_auditor_may_change_nothing() -> None:
    assert {name for name in ROLES["Auditor"] if not name.startswith(("view_", "see_"))} == set()


def test_a_maker_of_links_sees_no_keys_and_no_buckets() -> None:
    maker = User.objects.create_user("mika", is_staff=True)
    maker.groups.add(Group.objects.get(name="Link maker"))
    assert not maker.has_perm("links.view_signingkey")
    assert not maker.has_perm("links.view_bucket")
    assert Permission.objects.filter(group__name="Link maker").exists()
