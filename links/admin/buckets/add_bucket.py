"""Add a bucket, bound to its signing key."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import go_to, log_addition, may_add, render_form, require, staff_user
from links.domain.buckets.s3_objects import find_works
from links.domain.errors import HoldfastError
from links.domain.sharing import ShareScope
from links.forms.buckets import BucketForm
from links.models import Bucket, SigningKey
from links.services.buckets import binding
from links.services.links import sharing
from links.texts import refusals
from links.texts.formatting import join
from links.texts.pages import bucket_tests
from links.texts.signatures import explain_internal_bucket
from links.texts.unchecked import describe_unchecked


def add_bucket(request: HttpRequest) -> HttpResponse:
    require(may_add(request, Bucket))
    scope = sharing.find_scope(staff_user(request))
    form = BucketForm(request.POST or None, scope=scope)
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
    _report_test(request, bucket, scope, form.known_file)
    host = "" if form.cleaned_data["internal"] else binding.find_internal_host(bucket)
    if host:
        messages.warning(request, explain_internal_bucket(host))
    return go_to(Bucket, "change", bucket.pk)


def _report_test(request: HttpRequest, bucket: Bucket, scope: ShareScope, object_key: str) -> None:
    """It is added, whether it works or not; what was asked, of whom, and what came is said at once."""
    added, unchecked = gettext("“%(name)s” was added.") % {"name": bucket}, describe_unchecked(bucket.host)
    fails = gettext("“%(name)s” was added, but it does not work yet.") % {"name": bucket}
    try:
        tried = binding.test_bucket(bucket, scope, object_key, now=timezone.now())
    except HoldfastError as refused:
        messages.warning(request, join([fails, refusals.explain(refused)]))
        return
    if find_works(tried):
        messages.success(request, join([added, gettext("It was tried: a signed URL works."), *unchecked]))
        return
    explained = [bucket_tests.explain(step, bucket.name, bucket.key.access_key_id) for step in tried if not step.ok]
    said = [fails] if any(step.ok is False for step in tried) else [added, bucket_tests.unseen(bucket.name)]
    # What both steps met is said once: first what came, then what to do.
    sentences = dict.fromkeys([*(sentence for sentence, _ in explained), *(cure for _, cure in explained)])
    messages.warning(request, join([*said, *filter(None, sentences)]))
