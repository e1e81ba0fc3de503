"""Whom to ask: who of the staff can do what a refusal asks for."""

from django.contrib.auth.models import Group, User

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.queries.staff import explain_to_staff, list_able


def add(username: str, **more: object) -> User:
    return User.objects.create_user(username, is_staff=True, **more)  # type: ignore[arg-type]


def test_who_has_it_by_their_role_is_named_before_who_may_do_everything(db: None) -> None:
    add("admin", is_superuser=True)
    add("sato", first_name="健", last_name="佐藤").groups.add(Group.objects.get(name="Key keeper"))
    add("gone", is_active=False).groups.add(Group.objects.get(name="Key keeper"))
    add("maker").groups.add(Group.objects.get(name="Link maker"))
    assert list_able("links.change_signingkey") == ("佐藤 健", "admin")


def test_a_refusal_names_who_can_put_it_right_and_nobody_where_the_reader_can(db: None) -> None:
    refused = Refused(Reason.RESCUE_NO_BUCKET)
    assert explain_to_staff(refused).endswith("A key keeper can do this.")
    add("admin", is_superuser=True)
    assert explain_to_staff(refused).endswith("A key keeper can do this: admin.")
    assert "A key keeper" not in explain_to_staff(refused, is_own=True)
