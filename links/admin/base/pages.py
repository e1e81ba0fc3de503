"""What page functions are made of: who asks, what they may do, which row it is about, and the answer.

A page is a plain function that takes the request and what its URL names. The admin class of its model imports it and
puts it under its URLs, within `admin_view`, which lets only staff in; all else that a page requires it asks itself.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from links.admin.base.refusal_views import list_refusal_acts
from links.domain.row_numbers import read_number
from links.forms.base import ServiceForm
from links.forms.kept import KeptSecretsForm
from links.models.people.accounts import is_account
from links.services.links import staff_log
from links.texts.pages.histories import ADDED, Kept

Row = TypeVar("Row", bound=Model)

# Who asks, and what they may do ---------------------------------------------------------------------------------


def staff_user(request: HttpRequest) -> User:
    """The member of staff; the admin's pages are shown to nobody else."""
    if not is_account(request.user):
        raise PermissionDenied
    return request.user


def require(allowed: bool) -> None:
    """Raises `PermissionDenied`."""
    if not allowed:
        raise PermissionDenied


def may_view(request: HttpRequest, model: type[Model]) -> bool:
    """Whoever may change rows may see them, as in Django's own admin."""
    return _has_permission(request, "view", model) or may_change(request, model)


def may_add(request: HttpRequest, model: type[Model]) -> bool:
    return _has_permission(request, "add", model)


def may_change(request: HttpRequest, model: type[Model]) -> bool:
    return _has_permission(request, "change", model)


def may_delete(request: HttpRequest, model: type[Model]) -> bool:
    return _has_permission(request, "delete", model)


def _has_permission(request: HttpRequest, action: str, model: type[Model]) -> bool:
    opts = model._meta  # noqa: SLF001  Django's, and documented
    return request.user.has_perm(f"{opts.app_label}.{get_permission_codename(action, opts)}")


def sees_customers(user: User) -> bool:
    return user.has_perm("links.view_customer") or user.has_perm("links.change_customer")


# Which row ------------------------------------------------------------------------------------------------------


def find_row(rows: QuerySet[Row], object_id: str) -> Row | None:
    """The row whose number an address names, in ASCII digits; None where there is none."""
    return rows.filter(pk=read_number(unquote(object_id))).first()


def get_row(rows: QuerySet[Row], object_id: str) -> Row:
    """The same; raises `Http404` where there is none."""
    found = find_row(rows, object_id)
    if found is None:
        raise Http404
    return found


# Its history ----------------------------------------------------------------------------------------------------


def log_addition(request: HttpRequest, row: Model) -> None:
    log_all(request, ADDITION, [row], ADDED)


def log_change(request: HttpRequest, row: Model, message: Kept) -> None:
    log_all(request, CHANGE, [row], message)


def log_all(request: HttpRequest, action: int, rows: Sequence[Model], message: Kept) -> None:
    """Put the same entry into the history of each row, however many there are."""
    staff_log.write(staff_user(request), action, rows, message)


# The answer -----------------------------------------------------------------------------------------------------


def render_page(
    request: HttpRequest,
    template: str,
    model: type[Model],
    *,
    title: str,
    **context: object,
) -> HttpResponse:
    """A page of the staff's site, about rows of this model. `template` is its name below `admin/links/`, without its
    ending."""
    return TemplateResponse(
        request,
        f"admin/links/{template}.html",
        {
            **admin.site.each_context(request),
            "opts": model._meta,  # noqa: SLF001  Django's, and documented
            "title": title,
            "subtitle": "",
            "has_view_permission": may_view(request, model),
            **context,
        },
    )


def render_form(
    request: HttpRequest, template: str, model: type[Model], form: BaseForm, **context: Any
) -> HttpResponse:
    """What was refused is said with the pages of keys and buckets where it can be put right (`refusal_acts`); those of
    the link that the page is about, where the form asks for no bucket."""
    if isinstance(form, KeptSecretsForm):
        form.hide_secrets()
    if isinstance(form, ServiceForm):
        bucket = form.refused_bucket or getattr(context.get("link"), "bucket", None)
        acts = list_refusal_acts(form.refused, request.user, bucket)
        context = {"refusal_acts": [act for act in acts if act[1] != request.path], **context}
    return render_page(request, template, model, form=form, errors=form.errors, **context)


def address(model: type[Model], page: str, *args: object) -> str:
    """The address of one of a model's pages, as in `address(ShareLink, "change", link.pk)`."""
    opts = model._meta  # noqa: SLF001  Django's, and documented
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def go_to(model: type[Model], page: str, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(address(model, page, *args))
