"""Add a bucket, bound to its signing key."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import go_to, log_addition, may_add, render_form, require
from links.forms.buckets import BucketForm
from links.models import Bucket, SigningKey


def add_bucket(request: HttpRequest) -> HttpResponse:
    require(may_add(request, Bucket))
    form = BucketForm(request.POST or None)
    bucket = form.save(timezone.now()) if request.method == "POST" and form.is_valid() else None
    if bucket is None:
        return render_form(
            request,
            "bucket/add",
            Bucket,
            form,
            title=gettext("Add a bucket"),
            has_keys=SigningKey.objects.present().exists(),
        )
    log_addition(request, bucket)
    messages.success(request, gettext("“%(name)s” was added. Test it now: see what works.") % {"name": bucket})
    return go_to(Bucket, "change", bucket.pk)
