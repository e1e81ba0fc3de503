"""Let a person or a role share from a bucket."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import go_to, log_change, may_add, render_form, require, staff_user
from links.admin.buckets.bucket_page import get_bucket
from links.admin.buckets.bucket_sharing import build_row
from links.forms.sharing import SharePermissionForm
from links.models import Bucket, SharePermission
from links.texts.pages.histories import log_message

GIVEN = gettext_noop("%(whom)s may now share from this bucket: %(what)s.")


def give_permission(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_add(request, SharePermission))
    bucket = get_bucket(request, object_id)
    form = SharePermissionForm(request.POST or None)
    is_ready = request.method == "POST" and form.is_valid()
    permission = form.give(bucket, staff_user(request), timezone.now()) if is_ready else None
    if permission is None:
        title = gettext("Give permission to share")
        return render_form(request, "bucket/give", Bucket, form, title=title, bucket=bucket)
    row = build_row(permission)
    log_change(request, bucket, log_message(GIVEN, whom=row.whom, what=row.what))
    messages.success(request, gettext(GIVEN) % {"whom": row.whom, "what": row.what})
    return go_to(Bucket, "change", bucket.pk)
