"""There is one door for staff: no library brings pages, or ways to try a password, of its own."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate, get_backends
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver

from links.api.authentication import BearerToken
from links.api.openapi import list_operations
from links.api.v1 import api

OURS = (
    "links.",
    "django.contrib.admin.",
    "django.contrib.auth.admin.",
    "django.contrib.contenttypes.",
    "django.views.i18n.",
    "django.views.generic.base.RedirectView",  # of the admin, from a row to its page
    "ninja.operation.PathView.",  # whose operations are ours: see below
    "ninja.openapi.views.default_home",  # which is a 404, and names where the API begins
)


def list_views(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", pattern.callback)
            view = getattr(view, "func", view)  # of a partial
            yield f"{view.__module__}.{getattr(view, '__qualname__', '')}"
        else:
            yield from list_views(pattern)


def test_every_view_is_ours_or_of_djangos_admin() -> None:
    views = set(list_views(get_resolver()))
    assert len(views) > 50
    assert [view for view in views if not view.startswith(OURS)] == []


def test_every_operation_of_the_api_is_ours_and_asks_for_a_token() -> None:
    operations = list(list_operations(api))
    assert operations
    for operation in operations:
        assert operation.view_func.__module__.startswith("links.api.")
        assert [type(way) for way in operation.auth_callbacks] == [BearerToken], operation.operation_id


def test_every_row_with_a_page_in_the_admin_is_ours_or_djangos() -> None:
    assert {model._meta.app_label for model in admin.site._registry} <= {"links", "auth"}


def test_one_backend_alone_looks_at_a_password(db: None, hashed_passwords: list[str]) -> None:
    assert len(get_backends()) == 1
    User.objects.create_user("mika", "mika@example.com", "harbour at dusk")
    hashed_passwords.clear()
    assert authenticate(username="mika", password="wrong") is None
    assert authenticate(username="mika@example.com", password="harbour at dusk") is None
    assert len(hashed_passwords) == 2


def test_a_new_password_is_hashed_by_argon2_and_an_old_hash_still_opens_once(db: None) -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    person = User.objects.create_user("mika")
    User.objects.filter(pk=person.pk).update(password=make_password("harbour at dusk", hasher="pbkdf2_sha256"))
    assert authenticate(username="mika", password="harbour at dusk") == person
    person.refresh_from_db()
    assert person.password.startswith("argon2$argon2id$")
