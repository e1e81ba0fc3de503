from datetime import datetime

import pytest
from django.utils import translation

from links.domain.errors import Refused
from links.domain.viewers import OPERATOR
from links.models import Customer
from links.services.people import customers


def test_a_customer_is_found_however_their_name_is_typed_and_the_first_counts(db: None, now: datetime) -> None:
    first = Customer.objects.create(name="Ogata Ltd.", created_at=now)
    Customer.objects.create(name="OGATA LTD.", created_at=now)
    assert customers.find_or_build("  ogata ltd. ", now, OPERATOR) == first
    assert Customer.objects.count() == 2


def test_a_new_customer_reads_what_their_sender_reads(db: None, now: datetime) -> None:
    with translation.override("ja"):
        customer = customers.save_if_new(customers.find_or_build(" 緒方 ", now, OPERATOR))
    assert (customer.name, customer.language, customer.created_at) == ("緒方", "ja", now)


def test_a_name_alone_adds_nobody(db: None, now: datetime) -> None:
    assert customers.find_or_build("Ogata Ltd.", now, OPERATOR).pk is None
    assert not Customer.objects.exists()


def test_of_two_who_add_one_name_at_once_the_first_counts(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for the table looks again."""
    drafted = customers.find_or_build("example ltd.", now, OPERATOR)
    quicker: list[Customer] = []

    def be_quicker(model: type[Customer]) -> None:
        if not quicker:
            quicker.append(model.objects.create(name="Example Ltd.", created_at=now))

    monkeypatch.setattr(customers, "write_alone", be_quicker)
    assert [customers.save_if_new(drafted)] == quicker
    with pytest.raises(Refused, match="customer-known"):
        customers.save(Customer(name="EXAMPLE LTD.", created_at=now))
    assert Customer.objects.count() == 1


def test_a_few_are_offered_in_the_order_of_their_names(db: None, now: datetime) -> None:
    for number in reversed(range(30)):
        Customer.objects.create(name=f"Ogata {number:02}", created_at=now)
    Customer.objects.create(name="100%", created_at=now)
    offered = [customer.name for customer in customers.suggest(" ogata ")]
    assert offered == [f"Ogata {number:02}" for number in range(customers.OFFERED)]
    assert [customer.name for customer in customers.suggest("%")] == ["100%"]
