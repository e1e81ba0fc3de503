"""Ask the store again whose a signing key is."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to, log_change, may_change, require
from links.admin.keys.key_page import get_key
from links.admin.keys.key_states import describe_state
from links.models import SigningKey
from links.services.keys import proofs
from links.texts.pages.histories import log_message

MAX_PROVED = 20  # each is a request to its store


def prove_key(request: HttpRequest, object_id: str) -> HttpResponse:
    key = get_key(request, object_id)
    require(may_change(request, SigningKey))
    _prove(request, key)
    return go_to(SigningKey, "change", key.pk)


@admin.action(description=_("Verify"), permissions=["change"])
def prove_selected(
    _admin: HoldfastModelAdmin[SigningKey], request: HttpRequest, queryset: QuerySet[SigningKey]
) -> None:
    for key in queryset.filter(replaced_at=None)[:MAX_PROVED]:
        _prove(request, key)


def _prove(request: HttpRequest, key: SigningKey) -> None:
    proofs.check_key(key, timezone.now())
    log_change(request, key, log_message(gettext_noop("Asked the store again who owns the key.")))
    level = messages.SUCCESS if key.key_state.signs else messages.WARNING
    messages.add_message(request, level, describe_state(key))
