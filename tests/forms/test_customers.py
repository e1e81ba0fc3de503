from datetime import datetime

import pytest
from django.contrib.auth.models import User

from links.forms.customers import CustomerForm
from links.models import Customer


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", is_staff=True)


def fill(zone: str = "", **entered: str) -> CustomerForm:
    return CustomerForm({"name": "ACME", "mail": "", "language": "en", "zone": zone, **entered})


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("", ""),
        ("Asia/Tokyo", "Asia/Tokyo"),
        (" asia / TOKYO ", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("Etc/GMT-9", "Etc/GMT-9"),
    ],
)
def test_a_zone_is_understood_however_it_is_typed(typed: str, zone: str, mika: User, now: datetime) -> None:
    form = fill(typed)
    assert form.is_valid(), form.errors
    customer = form.save_at(now, mika)
    assert customer is not None
    assert (customer.zone, customer.added_by) == (zone, mika)


@pytest.mark.parametrize("typed", ["Mars/Olympus", "Tokyo", "../../etc/passwd", "Asia"])
def test_no_other_zone_is_taken(typed: str, db: None) -> None:
    assert list(fill(typed).errors) == ["zone"]


def test_a_customer_keeps_the_day_on_which_they_were_added(mika: User, now: datetime) -> None:
    customer = Customer.objects.create(name="ACME", created_at=now.replace(year=2020))
    form = CustomerForm({"name": "New", "mail": "", "language": "ja", "zone": ""}, instance=customer)
    changed = form.save_at(now, mika)
    assert changed is not None
    assert changed.created_at.year == 2020


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("緒方株式会社", "", "company"),
        ("緒方", "", "person"),
        ("緒方", "company", "company"),
        ("ACME Inc", "person", "person"),
    ],
)
def test_a_customer_is_what_is_said_or_else_what_the_name_says(
    name: str, said: str, kind: str, mika: User, now: datetime
) -> None:
    form = fill(name=name, kind=said)
    assert form.is_valid()
    customer = form.save_at(now, mika)
    assert customer is not None
    assert customer.kind == kind


def test_a_mail_address_is_one(db: None) -> None:
    assert list(fill(mail="not a mail address").errors) == ["mail"]
    assert list(fill(name="").errors) == ["name"]
    assert list(fill(language="xx").errors) == ["language"]
