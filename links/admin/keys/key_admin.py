"""The pages of signing keys. A secret goes in and never comes out."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import NOTHING, coarse, show_moment
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.keys.rotation_page import look_at_rotation
from links.forms.keys import KeyDetailsForm, KeyForm
from links.forms.rotation import RotationForm
from links.models import SigningKey
from links.services import keys
from links.services.rotation import Rotated
from links.words import refusals
from links.words.histories import keep


@admin.register(SigningKey)
class KeyAdmin(HoldfastModelAdmin[SigningKey]):
    list_display = ["label", "access_key_id", "shown_state", "arn", "shown_proof", "age"]
    search_fields = ["label", "access_key_id", "arn"]
    actions = ["prove_now"]

    @admin.display(description=_("State"), ordering="state")
    def shown_state(self, key: SigningKey) -> badges.Badge:
        return badges.of_key(key)

    @admin.display(description=_("Proved at"), ordering="proved_at")
    def shown_proof(self, key: SigningKey) -> str:
        return show_moment(key.proved_at)

    @admin.display(description=_("Age"), ordering="-created_at")
    def age(self, key: SigningKey) -> str:
        return coarse(key.since, timezone.now())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = KeyForm(request.POST or None)
        key = form.save(timezone.now()) if request.method == "POST" and form.is_valid() else None
        if key is None:
            return self.render_form(request, "signingkey/add", form, title=gettext("Add a signing key"))
        self.log_addition(request, key, [{"added": {}}])
        messages.success(request, _say_state(key))
        return self.go_to("changelist")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        key = self.find(request, object_id)
        self.require(self.has_view_permission(request, key))
        may_change = self.has_change_permission(request, key)
        form = KeyDetailsForm(request.POST or None, instance=key)
        if request.method == "POST":
            self.require(may_change)
            if form.is_valid():
                return self._save_details(request, form)
        return self.render_form(
            request,
            "signingkey/page",
            form,
            title=form.initial["label"],
            original=key,
            may_change=may_change,
            may_delete=self.has_delete_permission(request, key),
            zone=timezone.get_current_timezone_name(),
            rotation=look_at_rotation(key, timezone.now()) if key.replaced_at else None,
            **_describe(key),
        )

    def _save_details(self, request: HttpRequest, form: KeyDetailsForm) -> HttpResponse:
        key = form.instance
        keys.save_plan(key, timezone.now())
        self.log_change(request, key, [{"changed": {"fields": form.changed_data}}])
        messages.success(request, gettext("Saved."))
        return self.go_to("change", key.pk)

    def find(self, request: HttpRequest, object_id: str) -> SigningKey:
        """Whoever may see none of them does not learn which there are."""
        self.require(self.has_view_permission(request))
        return super().find(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        prove, rotate = map(self.admin_site.admin_view, (require_POST(self.prove_view), self.rotate_view))
        return [
            path("<path:object_id>/prove/", prove, name="links_signingkey_prove"),
            path("<path:object_id>/rotate/", rotate, name="links_signingkey_rotate"),
            *super().get_urls(),
        ]

    def prove_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = self.find(request, object_id)
        self.require(self.has_change_permission(request, key))
        self._prove(request, key)
        return self.go_to("change", key.pk)

    def rotate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What rotating would do, and a form for the new key; afterwards, what still needs the old one."""
        key = self.find(request, object_id)
        self.require(self.has_change_permission(request, key))
        form = RotationForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and (rotated := form.rotate(key, timezone.now())):
            return self._say_rotated(request, rotated)
        page = look_at_rotation(key, timezone.now())
        if key.replaced_at is not None:
            return self.render(request, "signingkey/rotated", title=gettext("Rotated"), original=key, page=page)
        title = gettext("Rotate this key")
        return self.render_form(request, "signingkey/rotate", form, title=title, original=key, page=page)

    def _say_rotated(self, request: HttpRequest, rotated: Rotated) -> HttpResponse:
        old, new = rotated.old, rotated.new
        self.log_addition(request, new, [{"added": {}}])
        self.log_change(
            request, old, keep(gettext_noop("Replaced by %(access_key_id)s."), access_key_id=new.access_key_id)
        )
        told = gettext("“%(label)s” is %(access_key_id)s now. All its links are being validated.")
        messages.success(request, told % {"label": new.label, "access_key_id": new.access_key_id})
        return self.go_to("rotate", old.pk)

    def explain_why_kept(self, row: SigningKey) -> str:
        names = list(row.buckets.values_list("name", flat=True)[:5])
        told = gettext("“%(label)s” signs for these buckets: %(buckets)s. Bind them to another key first.")
        return told % {"label": row.label, "buckets": ", ".join(names)} if names else ""

    @admin.action(description=_("Prove now"), permissions=["change"])
    def prove_now(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        for key in queryset.filter(replaced_at=None)[:20]:
            self._prove(request, key)

    def _prove(self, request: HttpRequest, key: SigningKey) -> None:
        keys.prove_key(key, timezone.now())
        self.log_change(request, key, keep(gettext_noop("Asked the store again whose key it is.")))
        messages.add_message(request, messages.SUCCESS if key.key_state.signs else messages.WARNING, _say_state(key))


def _say_state(key: SigningKey) -> str:
    badge = badges.of_key(key)
    told = gettext("%(label)s: %(state)s. %(meaning)s")
    return told % {"label": key.label, "state": badge.word, "meaning": explain_state(key) or badge.hint}


def explain_state(key: SigningKey) -> str:
    """Why the key is in its state, where the store or the rules gave a reason."""
    if not key.state_code or key.replaced_at is not None:
        return ""
    return refusals.say_stored(key.state_code, access_key_id=key.access_key_id, arn=key.arn)


def _describe(key: SigningKey) -> dict[str, Any]:
    return {
        "badge": badges.of_key(key),
        "explanation": explain_state(key) or badges.of_key(key).hint,
        "facts": [
            (gettext("Access key id"), key.access_key_id),
            (gettext("Secret access key"), _describe_secret(key)),
            (gettext("Belongs to"), key.arn or NOTHING),
            (gettext("Store"), key.endpoint or "AWS"),
            (gettext("Region"), key.region or NOTHING),
            (gettext("Proved at"), show_moment(key.proved_at)),
            (gettext("Last asked"), show_moment(key.checked_at)),
            (gettext("Added at"), show_moment(key.created_at)),
            (gettext("Due for rotation"), show_moment(None if key.replaced_at else key.rotation_due_at)),
        ],
        "buckets": list(key.buckets.all()[:50]),
    }


def _describe_secret(key: SigningKey) -> str:
    if key.replaced_at is not None:
        return gettext("Forgotten when the key was replaced.")
    return gettext("Encrypted; it is never shown.")
