"""The page of one signing key. Its secret is never shown."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base import badges
from links.admin.base.columns import NOTHING, write_moment
from links.admin.base.pages import (
    get_row,
    go_to,
    log_change,
    may_change,
    may_delete,
    may_view,
    render_form,
    require,
)
from links.admin.keys.key_states import explain_state
from links.admin.keys.rotation_page import build_rotation_page
from links.forms.keys import KeyDetailsForm
from links.models import SigningKey
from links.services.keys import proofs
from links.texts.pages.histories import log_values


def get_key(request: HttpRequest, object_id: str) -> SigningKey:
    """Whoever may see none of them does not learn which there are: raises `PermissionDenied`, then `Http404`."""
    require(may_view(request, SigningKey))
    return get_row(SigningKey.objects.all(), object_id)


def show_key(request: HttpRequest, object_id: str) -> HttpResponse:
    """And the form for what may be changed of it: its name, and when it is due for rotation."""
    key = get_key(request, object_id)
    before = _read_plan(key)
    form = KeyDetailsForm(request.POST or None, instance=key)
    if request.method == "POST":
        require(may_change(request, SigningKey))
        if form.is_valid():
            proofs.save_plan(form.instance, timezone.now())
            changed = log_values(before, _read_plan(form.instance))
            if changed:
                log_change(request, form.instance, changed)
            messages.success(request, gettext("Saved."))
            return go_to(SigningKey, "change", form.instance.pk)
    return render_form(
        request,
        "signingkey/page",
        SigningKey,
        form,
        title=form.initial["label"],
        original=key,
        may_change=may_change(request, SigningKey),
        may_delete=may_delete(request, SigningKey),
        zone=timezone.get_current_timezone_name(),
        rotation=build_rotation_page(key, timezone.now()) if key.replaced_at else None,
        **_describe(key),
    )


def _read_plan(key: SigningKey) -> dict[str, str]:
    """What may be changed of a key here, as its history keeps it."""
    return {
        "label": key.label,
        "rotates_at": key.rotates_at.isoformat() if key.rotates_at else "",
        "rotation_days": str(key.rotation_days or ""),
    }


def _describe(key: SigningKey) -> dict[str, Any]:
    is_replaced = key.replaced_at is not None
    forgotten, kept = gettext("Deleted when the key was replaced."), gettext("Encrypted and never shown.")
    return {
        "badge": badges.of_key(key),
        "explanation": explain_state(key) or badges.of_key(key).hint,
        "facts": [
            (gettext("Access key id"), key.access_key_id),
            (gettext("Secret access key"), forgotten if is_replaced else kept),
            (gettext("Belongs to"), key.arn or NOTHING),
            (gettext("Store"), key.endpoint or "AWS"),
            (gettext("Region"), key.region or NOTHING),
            (gettext("Verified at"), write_moment(key.proved_at)),
            (gettext("Last checked"), write_moment(key.checked_at)),
            (gettext("Added at"), write_moment(key.created_at)),
            (gettext("Rotation due"), write_moment(None if is_replaced else key.rotation_due_at)),
        ],
        "buckets": list(key.buckets.all()[:50]),
    }
