"""What every answer to a customer has in common."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from links.conf.languages import LANGUAGES
from links.models.people.accounts import is_account

Answer = TypeVar("Answer", bound=HttpResponseBase)


def add_privacy_headers(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Nobody keeps the answer and no search engine lists it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> Answer:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def redirect_to_store(url: str) -> HttpResponse:
    """Byte for byte: Django's own redirect would rewrite the URL, which is signed."""
    response = HttpResponse(status=302, headers={"Location": url})
    # The store need not know who linked; and a bare redirect has no form that could miss its origin.
    response["Referrer-Policy"] = "no-referrer"
    return response


def show(
    request: HttpRequest, name: str, status: int = 200, *, retry_after: int = 0, **context: object
) -> HttpResponse:
    """A page in the language that its reader chose on it, or else that of their browser."""
    with translation.override(read_language(request)):
        response = render(request, f"public/{name}.html", context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@add_privacy_headers
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """One page for everything that is not there: it gives nothing away. Staff get one of their own."""
    if request.path.startswith(reverse("admin:index")) and _is_staff(request):
        return render(request, "admin/404.html", {"has_permission": True}, status=404)
    return show(request, "unknown", 404)


@add_privacy_headers
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Staff, who may have followed an old bookmark, are led back to their lists; and who sent too much is told so."""
    is_too_much = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent))
    context, status = {"is_too_much": is_too_much, "has_permission": True}, 413 if is_too_much else 400
    if request.path.startswith(reverse("admin:index")) and _is_staff(request):
        return render(request, "admin/400.html", context, status=status)
    with translation.override(read_language(request)):
        return render(request, "400.html", context, status=status)


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return is_account(user) and user.is_active and user.is_staff


def read_language(request: HttpRequest) -> str:
    """Chosen in the address, so that no cookie is needed: `?lang=ja`."""
    chosen = request.GET.get("lang", "")
    return chosen if chosen in dict(LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
