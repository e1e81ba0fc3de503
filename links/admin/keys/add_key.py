"""Add a signing key. Its secret goes in and never comes out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from links.admin.base.pages import address, go_to, log_addition, may_add, render_form, require, staff_user
from links.admin.keys.key_states import describe_state
from links.forms.keys import KeyForm
from links.models import Bucket, SigningKey


def add_key(request: HttpRequest) -> HttpResponse:
    require(may_add(request, SigningKey))
    form = KeyForm(request.POST or None, reader=staff_user(request))
    key = form.save(timezone.now()) if request.method == "POST" and form.is_valid() else None
    if key is None:
        return render_form(request, "signingkey/add", SigningKey, form, title=gettext("Add a signing key"))
    log_addition(request, key)
    messages.success(request, describe_state(key))
    if may_add(request, Bucket) and not Bucket.objects.filter(key=key).exists():
        text = gettext("Now add a bucket: a key signs for the buckets that are bound to it.")
        messages.info(
            request, format_html('{} <a href="{}">{}</a>', text, address(Bucket, "add"), gettext("Add a bucket"))
        )
    return go_to(SigningKey, "changelist")
