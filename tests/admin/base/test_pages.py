"""Pages are plain functions, which ask as Django's own admin asks."""

import ast
import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import URLPattern

from links import admin as pages_package
from links.admin.base import pages
from links.models import ShareLink, SigningKey
from tests.fixtures import Setup

SOURCES = sorted(Path(pages_package.__path__[0]).rglob("*.py"))
DJANGOS = ("changelist", "add", "history", "delete", "change")
OURS = [model for model in apps.get_app_config("links").get_models() if admin.site.is_registered(model)]


def list_pages() -> list[URLPattern]:
    patterns = [pattern for model in OURS for pattern in admin.site.get_model_admin(model).get_urls()]
    return [each for each in patterns if each.name and each.name.rpartition("_")[2] not in DJANGOS]


def ask(user: User) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request


def test_every_page_beside_djangos_own_is_a_plain_function() -> None:
    found = list_pages()
    assert len(found) > 20
    methods = [each.name for each in found if not inspect.isfunction(inspect.unwrap(each.callback))]
    assert methods == []


def test_no_page_looks_for_the_object_of_another_at_run_time() -> None:
    """The site itself may: it knows all of them."""
    lookups = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if path.name != "site.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("get_model_admin", "_registry")
    ]
    assert lookups == []


@pytest.mark.parametrize("model", [ShareLink, SigningKey])
@pytest.mark.parametrize("action", ["", "view", "add", "change", "delete"])
def test_who_may_do_what_is_what_djangos_admin_says(db: None, model: type[Model], action: str) -> None:
    user = User.objects.create_user("mika", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename=f"{action}_{model._meta.model_name}"))
    request, theirs = ask(user), admin.site.get_model_admin(model)
    assert pages.may_view(request, model) == theirs.has_view_permission(request) == (action in ("view", "change"))
    assert pages.may_add(request, model) == theirs.has_add_permission(request) == (action == "add")
    assert pages.may_change(request, model) == theirs.has_change_permission(request) == (action == "change")
    assert pages.may_delete(request, model) == (action == "delete")


@pytest.mark.parametrize("object_id", ["", "x", "1.5", "-1", "0x1", "9" * 40, "_", "1_2Fdelete", "１"])
def test_a_row_is_found_as_djangos_admin_finds_it(admin_user: User, setup: Setup, object_id: str) -> None:
    theirs = admin.site.get_model_admin(SigningKey).get_object(ask(admin_user), object_id)
    assert pages.find_row(SigningKey.objects.all(), object_id) == theirs


def test_a_row_that_is_not_there_is_not_found(setup: Setup) -> None:
    keys = SigningKey.objects.all()
    assert pages.get_row(keys, str(setup.key.pk)) == setup.key
    with pytest.raises(Http404):
        pages.get_row(keys.none(), str(setup.key.pk))
