"""Let a person or a role share from a bucket no longer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import go_to, log_change, may_delete, require
from links.admin.buckets.bucket_page import get_bucket
from links.admin.buckets.bucket_sharing import build_row
from links.domain.row_numbers import read_number
from links.models import Bucket, SharePermission
from links.services.links import sharing
from links.texts.pages.histories import log_message

WITHDRAWN = gettext_noop("%(whom)s may no longer share from this bucket: %(what)s.")


def withdraw_permission(request: HttpRequest, object_id: str, permission_id: str) -> HttpResponse:
    require(may_delete(request, SharePermission))
    bucket = get_bucket(request, object_id)
    number = read_number(permission_id)
    permission = None if number is None else sharing.list_given(bucket).filter(pk=number).first()
    if permission is None:
        messages.warning(request, gettext("This permission was already withdrawn."))
        return go_to(Bucket, "change", bucket.pk)
    row = build_row(permission)
    if sharing.withdraw(permission):
        log_change(request, bucket, log_message(WITHDRAWN, whom=row.whom, what=row.what))
    text = gettext("Withdrawn. Existing links still work. Revoke those that should stop.")
    if request.user.has_perm("links.view_sharelink"):
        place = f"{reverse('admin:links_sharelink_changelist')}?bucket__id__exact={bucket.pk}"
        text = format_html('{} <a href="{}">{}</a>', text, place, gettext("Its links"))
    messages.success(request, text)
    return go_to(Bucket, "change", bucket.pk)
