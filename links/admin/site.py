"""The staff's site: Django's admin with a front page and an order of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from links.admin.sign_in.signed_out import ENDED, LOST, answer_signed_out, is_session_over, lead_to_button
from links.conf import site

METHOD_NOT_ALLOWED = 405
_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])
_ORDER = (
    *("ShareLink", "Incident", "TimeRequest", "Customer", "Bucket", "SharePermission", "SigningKey", "Webhook"),
    *("Visit", "LinkMail", "IncidentNotice", "WebhookMessage", "Validation", "SignIn", "AuditRecord"),
)


gettext_noop("Add link")  # Django's heading of the links by which rows are added: its Japanese reads "one more link"


class HoldfastSite(AdminSite):
    site_header = "Holdfast"
    site_title = "Holdfast"
    index_title = _("Share links that work as long as you promised")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Only staff and roles are deleted in bulk: of ours Django would load every row that hangs on them to say so.
        self.disable_action("delete_selected")

    def admin_view(self, view: _View, cacheable: bool = False) -> _View:
        # The site exists before the models do.
        from links.admin.people.staff_preferences import KEPT, remember_preferences  # noqa: PLC0415
        from links.admin.sign_in.confirmation import lead_to_confirmation, must_confirm  # noqa: PLC0415
        from links.admin.sign_in.proxy_user import end_if_named_otherwise  # noqa: PLC0415
        from links.admin.sign_in.sign_in_steps import ask_for_factor, lacks_factor  # noqa: PLC0415

        guarded = super().admin_view(_refuse_nul(remember_preferences(view)), cacheable)

        @wraps(guarded)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            end_if_named_otherwise(request)
            if KEPT in request.session and not self.has_permission(request):
                logout(request)  # closed by hand meanwhile: opened again, the account signs in anew
            if is_session_over(request) and request.path != reverse("admin:logout"):
                return answer_signed_out(request)
            if self.has_permission(request) and request.path != reverse("admin:logout"):
                if lacks_factor(request):
                    return ask_for_factor(request)
                if must_confirm(request):
                    return lead_to_confirmation(request)
            response = guarded(request, *args, **kwargs)
            key = request.session.session_key
            if request.method == "POST" and key and not request.session.exists(key):
                logout(request)  # whoever took a right of their own away has ended their own session
            only_takes_presses = response.status_code == METHOD_NOT_ALLOWED and request.method in ("GET", "HEAD")
            return lead_to_button(request) if only_takes_presses else response

        return wrapped  # type: ignore[return-value]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's page, with a limit; and with a word to whom comes from a session that is over."""
        from links.admin.sign_in.login import sign_in  # noqa: PLC0415  the site exists before the models do
        from links.admin.sign_in.proxy_user import end_if_named_otherwise, is_named, sign_in_by_proxy  # noqa: PLC0415
        from links.admin.sign_in.single_sign_on import offer  # noqa: PLC0415  as above
        from links.services.people.sign_in import SUPERUSERS  # noqa: PLC0415  as above

        front_page = reverse("admin:index")
        end_if_named_otherwise(request)
        if request.method in ("GET", "HEAD") and self.has_permission(request):
            return HttpResponseRedirect(front_page)
        if request.method == "GET" and is_named(request):
            return sign_in_by_proxy(request, self.each_context(request))
        context = {
            **self.each_context(request),
            "title": gettext("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            ENDED: ENDED in request.GET,
            "single_sign_on": offer(request.GET.get("next", front_page), was_lost=LOST in request.GET),
            "superusers_only": site.PASSWORD_SIGN_IN == SUPERUSERS,
        }
        if "next" not in request.GET and "next" not in request.POST:
            context["next"] = front_page
        return sign_in(request, {**context, **(extra_context or {})}, "admin/login.html")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Here first, and then at the provider of single sign-on, where whoever signs out came from it."""
        from links.admin.sign_in.single_sign_on import find_end_address  # noqa: PLC0415  as above

        context = {"end_address": find_end_address(request), "provider": site.OIDC_NAME}
        return super().logout(request, {**context, **(extra_context or {})})

    def begin_single_sign_on(self, request: HttpRequest) -> HttpResponse:
        from links.admin.sign_in.single_sign_on import begin  # noqa: PLC0415  as above

        return begin(request, self.each_context(request))

    def finish_single_sign_on(self, request: HttpRequest) -> HttpResponse:
        from links.admin.sign_in.single_sign_on import finish  # noqa: PLC0415  as above

        return finish(request, self.each_context(request))

    def password_change(  # type: ignore[override]  # a redirect, where it was changed
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from links.admin.sign_in.login import change_password  # noqa: PLC0415  the site exists before the models do

        context = {**self.each_context(request), **(extra_context or {})}
        done = reverse("admin:password_change_done")
        return change_password(request, context, "registration/password_change_form.html", done)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from links.admin.dashboard import Dashboard  # noqa: PLC0415  the site exists before the models do

        dashboard = Dashboard(request, timezone.now())
        return super().index(request, {"dashboard": dashboard, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from links.admin.doctor import show_doctor  # noqa: PLC0415  the site exists before the models do

        doctor = path("links/doctor/", self.admin_view(show_doctor), name="links_doctor")
        # Whoever comes here is not signed in yet.
        single_sign_on = [
            path("single-sign-on/", self.begin_single_sign_on, name="single_sign_on"),
            path("single-sign-on/answer/", self.finish_single_sign_on, name="single_sign_on_answer"),
        ]
        return [doctor, *single_sign_on, *self._list_account_urls(), *super().get_urls()]

    def _list_account_urls(self) -> list[URLPattern]:
        """Those of one's own account are open, too, to whoever has to set up a second factor before all else."""
        from links.admin.api_tokens import own_tokens, service_accounts  # noqa: PLC0415  as above
        from links.admin.sign_in import confirmation, own_account, second_step  # noqa: PLC0415  as above

        own = {
            "account": own_account.show_account,
            "account_app": own_account.set_up_app,
            "account_passkey": own_account.add_passkey,
            "account_recovery_codes": own_account.make_recovery_codes,
            "account_remove": own_account.remove_factor,
            "account_sessions": own_account.end_sessions,
        }
        return [
            path("second-step/", second_step.take_second_step, name="second_step"),
            path("confirm/", self.admin_view(confirmation.confirm), name="confirm"),
            path("account/tokens/", self.admin_view(own_tokens.show_tokens), name="account_tokens"),
            path("account/tokens/new/", self.admin_view(own_tokens.make_token), name="account_new_token"),
            path("account/tokens/revoke/", self.admin_view(own_tokens.revoke_token), name="account_revoke_token"),
            *(
                path(f"service-accounts/{way}", self.admin_view(view), name=name)
                for way, view, name in (
                    ("", service_accounts.show_accounts, "service_accounts"),
                    ("add/", service_accounts.add_account, "service_account_add"),
                    ("<path:object_id>/token/", service_accounts.make_token, "service_account_token"),
                    ("<path:object_id>/revoke/", service_accounts.revoke_token, "service_account_revoke"),
                    ("<path:object_id>/disable/", service_accounts.disable_account, "service_account_disable"),
                )
            ),
            *(
                path(f"{name.replace('_', '/', 1).replace('_', '-')}/", self._own_view(view), name=name)
                for name, view in own.items()
            ),
        ]

    def _own_view(self, view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
        from links.admin.sign_in.sign_in_steps import read_first_step  # noqa: PLC0415  as above

        guarded = self.admin_view(view)

        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponseBase:
            return view(request) if read_first_step(request) else guarded(request)

        return wrapped

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Only for fields that some page offers so: Django would search whatever a foreign key leads to."""
        asked = request.GET
        pages = (page for model, page in self._registry.items() if model._meta.label_lower == _name_model(asked))  # noqa: SLF001  Django's, and documented
        if not any(asked.get("field_name") in page.get_autocomplete_fields(request) for page in pages):
            raise Http404
        return super().autocomplete_view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Ours first, what is needed daily at the top."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place)
        return sorted(apps, key=lambda app: app["app_label"] != "links")


def _refuse_nul(view: _View) -> _View:
    """No database takes a NUL within a text, and nobody means one in an address."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if any("\0" in text for name, texts in request.GET.lists() for text in (name, *texts)):
            raise BadRequest("There is a NUL in this address.")
        return view(request, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def _name_model(asked: QueryDict) -> str:
    return f"{asked.get('app_label', '')}.{asked.get('model_name', '')}".lower()


def _place(model: dict[str, Any]) -> int:
    name = model["object_name"]
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
