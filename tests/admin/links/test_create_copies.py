"""A link made from another, or for a customer: what the form begins with."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from links.models import Customer, ShareLink
from tests.admin.link_pages import ADD, Filled, SignIn, fill, read
from tests.fixtures import OBJECT, Setup


def test_a_copy_begins_with_all_but_the_secrets(admin_client: Client, setup: Setup) -> None:
    admin_client.post(ADD, fill(setup, title="The report", slug="report", password="correct horse", download_limit="3"))
    link = ShareLink.objects.get()
    page = read(admin_client, ADD, copy=link.pk)
    for kept in (OBJECT, "The report", 'value="3"'):
        assert kept in page
    assert 'value="report"' not in page
    assert link.password not in page


def test_a_copy_whose_file_is_changed_goes_out_under_the_new_files_name(admin_client: Client, setup: Setup) -> None:
    setup.stored.put("reports/next.pdf", b"other bytes", content_type="application/pdf")
    copied = f"{ADD}?copy={setup.create_link().link.pk}"
    entered = {**Filled(admin_client.get(copied).content.decode()).fields, **fill(setup, object_key="reports/next.pdf")}
    page = admin_client.post(copied, {**entered, "save": ""}, follow=True).content.decode()
    assert ShareLink.objects.latest("pk").filename == "next.pdf"
    assert "File: next.pdf" in page
    assert "report.pdf" not in page


@pytest.mark.parametrize(("ahead", "kept"), [(timedelta(days=2), True), (timedelta(days=-2), False)])
def test_a_copy_keeps_a_beginning_that_lies_ahead(
    ahead: timedelta, kept: bool, admin_client: Client, setup: Setup
) -> None:
    link, begins = setup.create_link().link, timezone.localtime() + ahead
    ShareLink.objects.update(starts_at=begins)
    assert (f'value="{begins:%Y-%m-%dT%H:%M}"' in read(admin_client, ADD, copy=link.pk)) is kept


def test_the_copy_of_a_protected_link_says_loudly_that_it_has_no_password(admin_client: Client, setup: Setup) -> None:
    plain, locked = setup.create_link().link, setup.create_link().link
    ShareLink.objects.filter(pk=locked.pk).update(password=make_password("correct horse"))
    assert "This copy has no password" not in read(admin_client, ADD, copy=plain.pk)
    for page in (
        read(admin_client, ADD, copy=locked.pk),
        admin_client.post(f"{ADD}?copy={locked.pk}", fill(setup, object_key="")).content.decode(),
    ):
        caution, field = page.index("This copy has no password"), page.index('id="id_password"')
        assert caution < field < page.index('<details class="more"')


def test_nobody_copies_a_link_that_they_may_not_see(sign_in: SignIn, setup: Setup) -> None:
    new_link = setup.create_link(note="For Ogata")
    page = read(sign_in("add_sharelink", "view_sharelink"), ADD, copy=new_link.link.pk)
    assert OBJECT not in page
    assert "For Ogata" not in page


def test_a_link_for_a_customer_begins_with_their_name(admin_client: Client, setup: Setup) -> None:
    customer = Customer.objects.create(name="Ogata Ltd.", created_at=timezone.now())
    assert 'value="Ogata Ltd."' in read(admin_client, ADD, customer=customer.pk)
