"""The pages of buckets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.model_admin import who
from links.admin.buckets.share_permissions import BucketSharingDesk
from links.domain.errors import HoldfastError
from links.domain.objects import StepResult
from links.domain.sharing import ShareScope
from links.domain.stores import Addressing
from links.forms.buckets import BindingForm, BucketForm
from links.models import Bucket, SigningKey
from links.services import buckets, sharing
from links.words import refusals, states, trials
from links.words.times import moment


@dataclass(frozen=True, slots=True)
class Trial:
    """A bucket's test, ready to be read. `refusal` says why there was nothing to try."""

    bucket: Bucket
    steps: list["TriedStep"]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class TriedStep:
    name: str
    badge: badges.Badge
    sentence: str = ""
    cure: str = ""
    object_key: str = ""


@admin.register(Bucket)
class BucketAdmin(BucketSharingDesk):
    list_display = ["name", "store", "region", "shown_key", "shown_addressing"]
    list_select_related = ["key"]
    search_fields = ["name", "endpoint", "key__label"]
    actions = ["test_selected"]

    @admin.display(description=_("Store"), ordering="endpoint")
    def store(self, bucket: Bucket) -> str:
        return bucket.endpoint or "AWS"

    @admin.display(description=_("Signing key"), ordering="key__label")
    def shown_key(self, bucket: Bucket) -> str:
        return f"{bucket.key.label} ({badges.of_key(bucket.key).word})"

    @admin.display(description=_("Addressing"))
    def shown_addressing(self, bucket: Bucket) -> str:
        return states.label(Addressing(bucket.addressing))

    def find(self, request: HttpRequest, object_id: str) -> Bucket:
        """Whoever may see none of them does not learn which there are."""
        self.require(self.has_view_permission(request))
        return super().find(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(f"<path:object_id>/{route}/", self.admin_site.admin_view(view), name=f"links_bucket_{name}")

        return [
            own("test", require_POST(self.test_view), "test"),
            own("sharing/give", self.give_view, "give"),
            own("sharing/<str:permission_id>/withdraw", require_POST(self.withdraw_view), "withdraw"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = BucketForm(request.POST or None)
        bucket = form.save(timezone.now()) if request.method == "POST" and form.is_valid() else None
        if bucket is None:
            return self.render_form(
                request,
                "bucket/add",
                form,
                title=gettext("Add a bucket"),
                has_keys=SigningKey.objects.present().exists(),
            )
        self.log_addition(request, bucket, [{"added": {}}])
        messages.success(request, gettext("“%(name)s” was added. Test it now: see what works.") % {"name": bucket})
        return self.go_to("change", bucket.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        bucket = self.find(request, object_id)
        self.require(self.has_view_permission(request, bucket))
        may_change = self.has_change_permission(request, bucket)
        now = {"key": bucket.key_id, "region": bucket.region, "addressing": bucket.addressing}
        form = BindingForm(request.POST or None, initial=now)
        if request.method == "POST":
            self.require(may_change)
            if form.is_valid() and form.change(bucket, timezone.now()):
                return self._say_changed(request, bucket, form.changed_data)
        return self.render_form(
            request,
            "bucket/change",
            form,
            title=bucket.name,
            original=bucket,
            may_change=may_change,
            may_delete=self.has_delete_permission(request, bucket),
            facts=_describe(bucket),
            sharing=self.read_sharing(request, bucket),
        )

    def _say_changed(self, request: HttpRequest, bucket: Bucket, fields: list[str]) -> HttpResponse:
        self.log_change(request, bucket, [{"changed": {"fields": fields}}])
        messages.success(request, gettext("Changed. All links of this bucket are being validated."))
        return self.go_to("change", bucket.pk)

    def explain_why_kept(self, row: Bucket) -> str:
        told = gettext("“%(name)s” has links, whose history would be lost with it. It stays.")
        return told % {"name": row.name} if row.links.exists() else ""

    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        bucket = self.find(request, object_id)
        self.require(self.has_change_permission(request, bucket))
        return self._show_trials(request, [bucket])

    @admin.action(description=_("Test these buckets"), permissions=["change"])
    def test_selected(self, request: HttpRequest, queryset: QuerySet[Bucket]) -> HttpResponse:
        return self._show_trials(request, list(queryset.select_related("key")[:10]))

    def _show_trials(self, request: HttpRequest, tried: list[Bucket]) -> HttpResponse:
        scope = sharing.find_scope(who(request))
        trials = [_try_out(bucket, scope) for bucket in tried]
        return self.render(request, "bucket/test", title=gettext("What works"), trials=trials)


def _try_out(bucket: Bucket, scope: ShareScope) -> Trial:
    try:
        return Trial(bucket, [_tell_step(result, bucket) for result in buckets.test_bucket(bucket, scope)])
    except HoldfastError as error:
        return Trial(bucket, [], refusals.say(error))


def _tell_step(result: StepResult, bucket: Bucket) -> TriedStep:
    name, badge = states.label(result.step), badges.of_step(result)
    sentence, cure = trials.explain(result, bucket.name, bucket.key.access_key_id)
    return TriedStep(name, badge, sentence, cure, result.object_key)


def _describe(bucket: Bucket) -> list[tuple[str, object]]:
    return [
        (gettext("Store"), bucket.endpoint or "AWS"),
        (gettext("Region"), bucket.region or NOTHING),
        (gettext("Signing key"), bucket.key.label),
        (gettext("State of the key"), badges.of_key(bucket.key)),
        (gettext("Added at"), show_moment(bucket.created_at)),
        *_describe_configuration(bucket),
    ]


def _describe_configuration(bucket: Bucket) -> list[tuple[str, object]]:
    """What the bucket says of itself. What may not be read is shown as not checked, never as "none"; what may not be
    read any more is shown with its age."""
    known, unchecked = bucket.to_facts(), gettext("not checked")
    rules = unchecked if known.rules is None else _count_rules(len(known.rules))
    denials = unchecked if known.denials is None else _count_denials(len(known.denials))
    versions = {None: unchecked, True: gettext("kept"), False: gettext("not kept")}[known.versioned]
    return [
        (gettext("Lifecycle rules"), _with_age(rules, bucket.lifecycle_read_at, bucket)),
        (gettext("Denials in its policy"), _with_age(denials, bucket.policy_read_at, bucket)),
        (gettext("Versions"), _with_age(versions, bucket.versioned_read_at, bucket)),
        (gettext("Read at"), show_moment(bucket.configuration_at)),
    ]


def _with_age(told: str, read_at: datetime | None, bucket: Bucket) -> str:
    if read_at is None or bucket.configuration_at is None or read_at >= bucket.configuration_at:
        return told
    gaps = {"told": told, "read_at": moment(read_at)}
    return gettext("%(told)s, as read on %(read_at)s; it may not be read any more") % gaps


def _count_rules(count: int) -> str:
    return ngettext("%(count)s rule", "%(count)s rules", count) % {"count": count}


def _count_denials(count: int) -> str:
    return ngettext("%(count)s denial", "%(count)s denials", count) % {"count": count}
