"""No page lets strangers' text hide or turn around."""

from django.test import Client
from django.utils import timezone

from links.models import Customer
from tests.fixtures import Setup

NAME = "report\u202efdp.exe"
SHOWN = "report\N{REPLACEMENT CHARACTER}fdp.exe"


def test_a_customer_sees_a_name_that_would_turn(client: Client, setup: Setup) -> None:
    link = setup.create_link(filename=NAME).link
    link.download_limit = 3
    link.save()
    page = client.get(f"/s/{link.token.open()}").content.decode()  # type: ignore[union-attr]
    assert SHOWN in page
    assert "\u202e" not in page


def test_staff_see_it_and_change_it_as_it_is(admin_client: Client, db: None) -> None:
    customer = Customer.objects.create(name=NAME, created_at=timezone.now())
    for page in ("", f"{customer.pk}/change/"):
        shown = admin_client.get(f"/admin/links/customer/{page}")
        assert SHOWN in shown.content.decode()
        assert "\u202e" not in shown.content.decode()
        assert shown.get("Content-Length") in (None, str(len(shown.content)))
    assert f'value="{NAME}"' in admin_client.get(f"/admin/links/customer/{customer.pk}/edit/").content.decode()
