"""Who may take a customer's data out, and who may erase it; and what is said before."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from links.models import Customer, ShareLink
from links.services.people.roles import ROLES

SignIn = Callable[..., Client]


@pytest.fixture
def acme(db: None, now: datetime) -> Customer:
    customer = Customer.objects.create(name="ACME", mail="buyer@acme.example", created_at=now)
    end = now + timedelta(days=3)
    ShareLink.objects.create(
        delivery="stable", title="Annual report", customer=customer, created_at=now, asked_until=end, promised_until=end
    )
    return customer


def address(customer: Customer, page: str) -> str:
    return f"/admin/links/customer/{customer.pk}/{page}/"


def test_the_export_is_a_file(admin_client: Client, acme: Customer) -> None:
    answer = admin_client.post(address(acme, "export"))
    assert answer["Content-Disposition"] == f'attachment; filename="customer-{acme.pk}.json"'
    assert json.loads(answer.getvalue())["links"][0]["title"] == "Annual report"


def test_an_address_that_somebody_follows_exports_nothing(admin_client: Client, acme: Customer) -> None:
    assert admin_client.get(address(acme, "export"))["Location"] == address(acme, "change")


def test_the_question_says_what_stops_and_what_is_not_reached(admin_client: Client, acme: Customer) -> None:
    page = admin_client.get(address(acme, "erase")).content.decode()
    assert "1 link that still works stops at once." in page
    assert "The files stay in their buckets." in page
    assert ShareLink.objects.count() == 1


def test_the_answer_erases(admin_client: Client, acme: Customer) -> None:
    page = admin_client.post(address(acme, "erase"), follow=True).content.decode()
    assert "The customer was erased. Links: 1, visits: 0." in page
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("role", "may"), [("Link maker", False), ("Auditor", False), ("Manager", True)])
def test_only_who_sees_everything_and_may_delete_does_either(
    sign_in: SignIn, acme: Customer, role: str, *, may: bool
) -> None:
    client = sign_in(*ROLES[role])
    page = client.get(address(acme, "change")).content.decode()
    assert ("Erase their data" in page, "Export their data" in page) == (may, may)
    assert client.post(address(acme, "export")).status_code == (200 if may else 403)
    assert client.post(address(acme, "erase")).status_code == (302 if may else 403)
    assert Customer.objects.exists() is not may
