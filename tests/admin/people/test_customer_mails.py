"""Who reads customers' mail addresses."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import Customer, ShareLink
from tests.fixtures import Setup

LIST = "/admin/links/customer/"
Take = Callable[[str], tuple[Client, User]]


@pytest.fixture
def take(db: None) -> Take:
    def make(role: str) -> tuple[Client, User]:
        user = User.objects.create_user("mika", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client, user

    return make


@pytest.fixture
def customers(setup: Setup, now: datetime) -> dict[str, Customer]:
    """`theirs` is a colleague's, `linked` is of a link that the test gives away, `added` was added by nobody yet."""
    names = ("theirs", "linked", "added")
    made = {name: Customer.objects.create(name=name, mail=f"{name}@example.com", created_at=now) for name in names}
    ShareLink.objects.filter(pk=setup.create_link().link.pk).update(customer=made["linked"])
    return made


def list_mailed(client: Client, customers: dict[str, Customer]) -> set[str]:
    """The addresses that any page about customers tells."""
    pages = [
        LIST,
        *(f"{LIST}{row.pk}/{page}/" for row in customers.values() for page in ("change", "print", "history")),
    ]
    pages += [f"/admin/links/sharelink/customers/?customer={text}" for text in ("e", "theirs")]
    told = "".join(client.get(page).content.decode() for page in pages)
    return {name for name, row in customers.items() if row.mail in told}


def test_a_link_maker_knows_those_of_their_own_customers(take: Take, customers: dict[str, Customer]) -> None:
    client, user = take("Link maker")
    assert list_mailed(client, customers) == set()
    ShareLink.objects.update(owner=user)
    Customer.objects.filter(name="added").update(added_by=user)
    assert list_mailed(client, customers) == {"linked", "added"}
    assert "not shown to you" in client.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["Manager", "Auditor"])
def test_who_sees_everyones_links_knows_all(role: str, take: Take, customers: dict[str, Customer]) -> None:
    assert list_mailed(take(role)[0], customers) == {"theirs", "linked", "added"}


def test_an_address_that_is_not_shown_is_not_found_by_its_parts(take: Take, customers: dict[str, Customer]) -> None:
    client, user = take("Link maker")
    Customer.objects.filter(name="added").update(added_by=user)

    def find(text: str) -> set[str]:
        return {row.name for row in client.get(LIST, {"q": text}).context["cl"].result_list}

    assert find("@example.com") == {"added"}
    assert find("theirs@") == set()
    assert find("added@example") == {"added"}
    assert find("theirs") == {"theirs"}
    assert find("the e") == {"theirs"}


def test_who_adds_a_customer_sees_them(take: Take, db: None) -> None:
    client, user = take("Link maker")
    client.post(f"{LIST}add/", {"name": "Ogata", "mail": "ogata@example.com", "language": "en"})
    assert Customer.objects.get().added_by == user
    assert "ogata@example.com" in client.get(LIST).content.decode()
