"""Whoever may make links may correct the customers whose addresses they read."""

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from links.models import Customer


def test_a_link_maker_corrects_the_address_of_a_customer_of_their_own_and_of_no_other(db: None) -> None:
    aoi = User.objects.create_user("aoi", is_staff=True)
    aoi.groups.add(Group.objects.get(name="Link maker"))
    client = Client()
    client.force_login(aoi)
    own, other = (
        Customer.objects.create(name=name, mail="old@example.com", created_at=timezone.now(), added_by=by)
        for name, by in (("Ogata", aoi), ("Sato", None))
    )
    page = "/admin/links/customer/{}/{}/"
    assert page.format(own.pk, "edit") in client.get(page.format(own.pk, "change")).content.decode()
    shown = client.get(page.format(own.pk, "edit")).context["form"].initial
    entered = {name: value or "" for name, value in shown.items()} | {"mail": "new@example.com"}
    assert client.post(page.format(own.pk, "edit"), entered).status_code == 302
    own.refresh_from_db()
    assert own.mail == "new@example.com"
    assert page.format(other.pk, "edit") not in client.get(page.format(other.pk, "change")).content.decode()
    assert client.post(page.format(other.pk, "edit"), entered).status_code == 403
