import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from pytest_django import Settings

from links.checks.project import check_accounts_model, check_database_alias, check_names, check_parts
from links.models import Bucket


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("BASEURL", "Did you mean BASE_URL?"),
        ("trusted_proxys", "Did you mean TRUSTED_PROXIES?"),
        ("X", "There are: ALERT"),
    ],
)
def test_a_name_that_there_is_not_is_an_error_that_names_the_nearest(name: str, hint: str) -> None:
    [error] = check_names(["BASE_URL", name])
    assert (error.id, error.is_serious()) == ("holdfast.E090", True)
    assert str(error.hint).startswith(hint)


def test_every_name_of_ours_is_known() -> None:
    assert check_names(["BASE_URL", "ENCRYPTION_KEYS"]) == []


def test_a_user_model_without_rights_or_mail_is_told_what_it_lacks() -> None:
    [error] = check_accounts_model(Bucket)
    assert error.id == "holdfast.E091"
    assert str(error.msg) == "AUTH_USER_MODEL lacks email, is_active, is_staff, is_superuser, groups."
    assert check_accounts_model(User) == []


def test_rows_in_another_database_are_an_error() -> None:
    assert [error.id for error in check_database_alias("replica")] == ["holdfast.E093"]
    assert check_database_alias("default") == []


def test_our_own_project_has_all_parts() -> None:
    assert check_parts(django_settings, has_our_admin=True) == []


def test_whatever_part_is_missing_is_named_with_what_is_lost(settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "django_htmx"]
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]
    settings.TEMPLATES = []
    told = check_parts(django_settings, has_our_admin=True)
    assert [str(one.id).removeprefix("holdfast.") for one in told] == ["E092", "W091", "W092", "W093", "W093"]
    assert "E092" not in str([one.id for one in check_parts(django_settings, has_our_admin=False)])
