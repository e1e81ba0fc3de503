"""Who may keep answers below the admin's address: nobody."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.models import Customer


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/admin/", 200),
        ("/admin/jsi18n/", 200),
        ("/admin/links/signingkey/", 403),
        ("/admin/links/sharelink/?note__regex=x", 400),
        ("/admin/no/such/page/", 404),
        ("/admin/links/sharelink/4711/change/", 404),
        ("/admin/links/sharelink", 301),
        ("/admin/login/", 302),
        ("/admin/password_change/", 200),
    ],
)
def test_no_answer_is_stored(address: str, status: int, sign_in: object) -> None:
    client: Client = sign_in("view_sharelink")  # type: ignore[operator]
    answer = client.get(address)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]


def test_neither_is_one_to_somebody_who_is_not_signed_in(client: Client, db: None) -> None:
    for address in ("/admin/", "/admin/login/", "/admin/jsi18n/", "/admin/nothing/"):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_a_form_without_its_token_is_refused_and_not_stored(admin_user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    answer = client.post("/admin/links/customer/add/", {"name": "Ogata"})
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    assert not Customer.objects.exists()
