"""Correct a key's secret, its endpoint or its region. The old ones are kept until the new are proved and tried."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import go_to, log_change, may_change, render_form, require, staff_user
from links.admin.buckets.bucket_history import log_bindings, read_bindings
from links.admin.keys.key_page import get_key
from links.forms.keys import SecretForm
from links.models import SigningKey
from links.services.keys.corrections import Corrected, is_misplaced
from links.texts.pages import corrections
from links.texts.pages.histories import log_message, log_values


def set_secret(request: HttpRequest, object_id: str) -> HttpResponse:
    key = get_key(request, object_id)
    require(may_change(request, SigningKey))
    # Nothing is proposed of a row that was edited by hand.
    shown = {} if is_misplaced(key) else {"endpoint": key.endpoint, "region": key.region}
    form = SecretForm(request.POST or None, reader=staff_user(request), initial=shown)
    before, buckets = _read_place(key), read_bindings(key)
    if request.method == "POST" and form.is_valid() and (corrected := form.correct(key, timezone.now())):
        changed = log_values(before, _read_place(corrected.key))
        log_change(request, key, log_message(gettext_noop("Secret corrected.")) + changed)
        log_bindings(request, buckets)
        _report(request, corrected)
        return go_to(SigningKey, "change", key.pk)
    title = gettext("Correct the secret")
    return render_form(request, "signingkey/secret", SigningKey, form, title=title, original=key)


def _read_place(key: SigningKey) -> dict[str, str]:
    return {"endpoint": key.endpoint, "region": key.region}


def _report(request: HttpRequest, corrected: Corrected) -> None:
    messages.success(request, gettext("The secret works. All links of this key are being checked."))
    for sentence in corrections.list_unreadable(corrected.unreadable):
        messages.warning(request, sentence)
