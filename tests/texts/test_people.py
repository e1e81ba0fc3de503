import pytest
from django.contrib.auth.models import User

from links.texts.people import full_name, name_account, name_person

KEN = User(username="sato", first_name="健", last_name="佐藤")


@pytest.mark.parametrize(
    ("person", "names"),
    [
        (KEN, ("佐藤 健", "佐藤 健", "佐藤 健 (sato)")),
        (User(username="bea", first_name="Bea", last_name="Boss"), ("Bea Boss", "Bea Boss", "Bea Boss (bea)")),
        (User(username="root"), ("", "root", "root")),
    ],
)
def test_a_person_has_one_name_in_its_own_order(person: User, names: tuple[str, str, str]) -> None:
    assert (full_name(person), name_person(person), name_account(person)) == names
