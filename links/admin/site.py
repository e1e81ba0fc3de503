"""The staff's site: Django's admin with a front page and an order of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])
_ORDER = (
    *("ShareLink", "Incident", "TimeRequest", "Customer", "Bucket", "SharePermission", "SigningKey"),
    *("Visit", "Letter", "Notice", "Validation"),
)


gettext_noop("Add link")  # Django's heading of the links by which rows are added: its Japanese reads "one more link"


class HoldfastSite(AdminSite):
    site_header = "Holdfast"
    site_title = "Holdfast"
    index_title = _("Share links that live as long as you promised")
    site_url = None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page of staff's can say that nobody watches, whatever else it shows."""
        return {**super().each_context(request), "watch": SimpleLazyObject(_look_at_watch)}

    def admin_view(self, view: _View, cacheable: bool = False) -> _View:
        from links.admin.readers import follow_reader  # noqa: PLC0415  the site exists before the models do

        return super().admin_view(follow_reader(view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from links.admin.dashboard import Dashboard  # noqa: PLC0415  the site exists before the models do

        dashboard = Dashboard(request, timezone.now())
        return super().index(request, {"dashboard": dashboard, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from links.admin.doctor import show_doctor  # noqa: PLC0415  the site exists before the models do

        doctor = path("links/doctor/", self.admin_view(show_doctor), name="links_doctor")
        return [doctor, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Ours first, what is needed daily at the top."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place)
        return sorted(apps, key=lambda app: app["app_label"] != "links")


def _place(model: dict[str, Any]) -> int:
    name = model["object_name"]
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _look_at_watch() -> object:
    from links.admin.dashboard import look_at_watch  # noqa: PLC0415  the site exists before the models do

    return look_at_watch(timezone.now())
