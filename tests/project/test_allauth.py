"""allauth brings forty pages, a backend and admin pages of its own. What is not used is not there."""

from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate, get_backends
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

USED: set[str] = set()
"""The views of allauth that we lead to, by module and name."""


def list_views(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{pattern.callback.__module__}.{getattr(pattern.callback, '__qualname__', '')}"
        else:
            yield from list_views(pattern)


def test_no_view_of_allauth_is_reachable_that_is_not_used() -> None:
    views = set(list_views(get_resolver()))
    assert len(views) > 50
    assert {view for view in views if view.startswith("allauth.")} == USED


def test_no_row_of_allauth_has_a_page_in_the_admin() -> None:
    assert [model for model in admin.site._registry if model.__module__.startswith("allauth")] == []


def test_one_backend_alone_looks_at_a_password(db: None, hashed_passwords: list[str]) -> None:
    assert len(get_backends()) == 1
    User.objects.create_user("mika", "mika@example.com", "harbour at dusk")
    hashed_passwords.clear()
    assert authenticate(username="mika", password="wrong") is None
    assert authenticate(username="mika@example.com", password="harbour at dusk") is None
    assert len(hashed_passwords) == 2


def test_allauth_signs_nobody_up_and_tries_no_password() -> None:
    request = RequestFactory().get("/")
    adapter = get_adapter(request)
    assert not adapter.is_open_for_signup(request)
    with pytest.raises(PermissionDenied):
        adapter.authenticate(request, username="mika", password="harbour at dusk")
    with pytest.raises(PermissionDenied):
        adapter.reauthenticate(User(username="mika"), "harbour at dusk")


def test_a_new_password_is_hashed_by_argon2_and_an_old_hash_still_opens_once(db: None) -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    from django.contrib.auth.hashers import make_password

    person = User.objects.create_user("mika")
    User.objects.filter(pk=person.pk).update(password=make_password("harbour at dusk", hasher="pbkdf2_sha256"))
    assert authenticate(username="mika", password="harbour at dusk") == person
    person.refresh_from_db()
    assert person.password.startswith("argon2$argon2id$")
