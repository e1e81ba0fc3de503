"""The admin of buckets: their list, and the addresses of all their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.buckets import add_bucket, bucket_page, bucket_tests, give_permission, withdraw_permission
from links.domain.buckets.endpoints import Addressing
from links.models import Bucket
from links.texts import labels


@admin.register(Bucket)
class BucketAdmin(HoldfastModelAdmin[Bucket]):
    list_display = ["name", "shown_state", "store", "region", "shown_key", "shown_addressing"]
    list_select_related = ["key"]
    search_fields = ["name", "endpoint", "key__label"]
    actions = [bucket_tests.run_tests]

    @admin.display(description=_("State"))
    def shown_state(self, bucket: Bucket) -> badges.Badge:
        """Asked for with the rows of one page, a hundred at most."""
        return badges.of_bucket(bucket)

    @admin.display(description=_("Store"), ordering="endpoint")
    def store(self, bucket: Bucket) -> str:
        return bucket.endpoint or "AWS"

    @admin.display(description=_("Signing key"), ordering="key__label")
    def shown_key(self, bucket: Bucket) -> str:
        return f"{bucket.key.label} ({badges.of_key(bucket.key).word})"

    @admin.display(description=_("Addressing"))
    def shown_addressing(self, bucket: Bucket) -> str:
        return labels.label(Addressing(bucket.addressing))

    def explain_why_kept(self, row: Bucket) -> str:
        text = gettext("“%(name)s” has links, and their history would be lost. It was not deleted.")
        return text % {"name": row.name} if row.links.exists() else ""

    def get_row(self, request: HttpRequest, object_id: str) -> Bucket:
        return bucket_page.get_bucket(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        withdraw = require_POST(withdraw_permission.withdraw_permission)
        return [
            self.page("<path:object_id>/test/", require_POST(bucket_tests.run_test), "test"),
            self.page("<path:object_id>/sharing/give/", give_permission.give_permission, "give"),
            self.page("<path:object_id>/sharing/<str:permission_id>/withdraw/", withdraw, "withdraw"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return add_bucket.add_bucket(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return bucket_page.show_bucket(request, object_id)
