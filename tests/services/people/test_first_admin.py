"""The first account of a new site."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from links.models import AuditRecord
from links.services.people import first_admin

pytestmark = pytest.mark.django_db
PASSWORD = "a whole sentence of mine"


def test_it_is_made_once_and_may_do_everything() -> None:
    assert first_admin.is_missing()
    assert first_admin.make_first_admin("ops", PASSWORD)
    made = User.objects.get()
    assert made.is_superuser
    assert made.is_staff
    assert made.check_password(PASSWORD)
    assert not first_admin.make_first_admin("ops", "another whole sentence")
    assert not first_admin.make_first_admin("other", PASSWORD)
    assert list(User.objects.values_list("username", flat=True)) == ["ops"]


def test_it_is_told_in_the_audit_trail() -> None:
    first_admin.make_first_admin("ops", PASSWORD)
    told = list(AuditRecord.objects.values_list("act", "object_text"))
    assert ("command-run", "first_admin") in told
    assert any(name == "ops" for _act, name in told)


@pytest.mark.parametrize("password", ["short", "password1234", "ops-ops-ops-ops"])
def test_a_password_that_staff_may_not_have_makes_nobody(password: str) -> None:
    with pytest.raises(ValidationError):
        first_admin.make_first_admin("ops", password)
    assert first_admin.is_missing()
