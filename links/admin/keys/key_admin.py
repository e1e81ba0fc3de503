"""The admin of signing keys: their list, and the addresses of all their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import round_age, show_moment
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.keys import add_key, key_page, prove_key, rotate_key, set_secret
from links.models import SigningKey


@admin.register(SigningKey)
class KeyAdmin(HoldfastModelAdmin[SigningKey]):
    list_display = ["label", "access_key_id", "shown_state", "arn", "shown_proof", "age"]
    search_fields = ["label", "access_key_id", "arn"]
    actions = [prove_key.prove_selected]

    @admin.display(description=_("State"), ordering="state")
    def shown_state(self, key: SigningKey) -> badges.Badge:
        return badges.of_key(key)

    @admin.display(description=_("Verified at"), ordering="proved_at")
    def shown_proof(self, key: SigningKey) -> str:
        return show_moment(key.proved_at)

    @admin.display(description=_("Age"), ordering="-created_at")
    def age(self, key: SigningKey) -> str:
        return round_age(key.since, timezone.now())

    def explain_why_kept(self, row: SigningKey) -> str:
        names = list(row.buckets.values_list("name", flat=True)[:5])
        text = gettext("“%(label)s” signs for these buckets: %(buckets)s. Bind them to another key first.")
        return text % {"label": row.label, "buckets": ", ".join(names)} if names else ""

    def get_row(self, request: HttpRequest, object_id: str) -> SigningKey:
        return key_page.get_key(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<path:object_id>/prove/", require_POST(prove_key.prove_key), "prove"),
            self.page("<path:object_id>/secret/", set_secret.set_secret, "secret"),
            self.page("<path:object_id>/rotate/", rotate_key.rotate_key, "rotate"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return add_key.add_key(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return key_page.show_key(request, object_id)
