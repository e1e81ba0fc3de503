"""Rotate a signing key: what it would do, a form for the new key, and what is left to do afterwards."""

from django.contrib import messages
from django.contrib.admin.models import ADDITION
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import (
    go_to,
    log_all,
    log_change,
    may_change,
    render_form,
    render_page,
    require,
    staff_user,
)
from links.admin.buckets.bucket_history import log_bindings, read_bindings
from links.admin.keys.key_page import get_key
from links.admin.keys.rotation_page import build_rotation_page
from links.forms.rotation import RotationForm
from links.models import SigningKey
from links.texts.pages import rotations
from links.texts.pages.histories import log_message


def rotate_key(request: HttpRequest, object_id: str) -> HttpResponse:
    """Before it, what it would do, and a form for the new key; afterwards, what still needs the old one."""
    key = get_key(request, object_id)
    require(may_change(request, SigningKey))
    form = RotationForm(request.POST or None, reader=staff_user(request))
    before = read_bindings(key)
    if request.method == "POST" and form.is_valid() and (rotated := form.rotate(key, timezone.now())):
        old, new = rotated.old, rotated.new
        added = log_message(gettext_noop("Added in place of %(access_key_id)s."), access_key_id=old.access_key_id)
        log_all(request, ADDITION, [new], added)
        replaced = log_message(gettext_noop("Replaced by %(access_key_id)s."), access_key_id=new.access_key_id)
        log_change(request, old, replaced)
        log_bindings(request, before)
        text = gettext("“%(label)s” now uses %(access_key_id)s. All its links are being checked.")
        messages.success(request, text % {"label": new.label, "access_key_id": new.access_key_id})
        if rotated.unread:
            messages.warning(request, rotations.explain_unread(rotated.unread))
        return go_to(SigningKey, "rotate", old.pk)
    context = {"original": key, "page": build_rotation_page(key, timezone.now())}
    if key.replaced_at is not None:
        return render_page(request, "signingkey/rotated", SigningKey, title=gettext("Rotated"), **context)
    title = gettext("Rotate this key")
    return render_form(request, "signingkey/rotate", SigningKey, form, title=title, **context)
