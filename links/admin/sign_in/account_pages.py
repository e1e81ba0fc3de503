"""What the pages about one's own account have in common."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from links.conf import site
from links.services.people.passkeys import Site

BEGUN_APP = "begun-app"
"""In the session: the number of the app that is being set up in this browser."""

CHALLENGE = "passkey-challenge"
"""In the session: what a passkey is to sign."""


def make_site(request: HttpRequest) -> Site:
    """By `BASE_URL`. In a demo, whose own is an address of this machine, `localhost` where the browser has asked for
    that: browsers make no passkeys for an address of numbers."""
    configured = Site(site.BASE_URL, site.BRAND_NAME)
    asked = Site(f"{request.scheme}://{request.get_host()}", site.BRAND_NAME)
    return asked if configured.host == "127.0.0.1" and asked.host == "localhost" else configured


def render_account_page(
    request: HttpRequest, template: str, *, title: str, folder: str = "account", **context: Any
) -> HttpResponse:
    """`template` is its name below `admin/links/` and the folder, without its ending."""
    form = context.get("form")
    return TemplateResponse(
        request,
        f"admin/links/{folder}/{template}.html",
        {
            **admin.site.each_context(request),
            "title": title,
            "subtitle": "",
            "errors": form.errors if form else {},
            **({} if request.user.is_authenticated else {"is_nav_sidebar_enabled": False, "has_permission": False}),
            **context,
        },
    )
