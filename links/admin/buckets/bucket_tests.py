"""Test buckets: what works with their keys, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.finding_views import link_acts
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import may_change, render_page, require, staff_user
from links.admin.buckets.bucket_page import get_bucket
from links.domain.buckets.s3_objects import StepResult
from links.domain.findings import Finding, Verdict
from links.domain.sharing import ShareScope
from links.forms.buckets import BucketTestForm
from links.models import Bucket
from links.queries.cure_pages import find_cure_pages
from links.services.links import sharing
from links.texts import labels, refusals
from links.texts.pages import bucket_tests
from links.texts.unchecked import describe_unchecked

MAX_TESTED = 10  # each is several requests to its store


@dataclass(frozen=True, slots=True)
class BucketTest:
    """A bucket's test, ready to be read. `refusal` says why there was nothing to try; `form` tests it again."""

    bucket: Bucket
    form: BucketTestForm
    steps: list["TestedStep"]
    unchecked: list[str]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class TestedStep:
    name: str
    badge: badges.Badge
    sentence: str = ""
    cure: str = ""
    object_key: str = ""
    acts: tuple[tuple[str, str], ...] = ()


def run_test(request: HttpRequest, object_id: str) -> HttpResponse:
    bucket = get_bucket(request, object_id)
    require(may_change(request, Bucket))
    return _show_tests(request, {bucket: BucketTestForm(request.POST or {})})


@admin.action(description=_("Test these buckets"), permissions=["change"])
def run_tests(_admin: HoldfastModelAdmin[Bucket], request: HttpRequest, queryset: QuerySet[Bucket]) -> HttpResponse:
    return _show_tests(request, {bucket: BucketTestForm({}) for bucket in queryset.select_related("key")[:MAX_TESTED]})


def _show_tests(request: HttpRequest, asked: Mapping[Bucket, BucketTestForm]) -> HttpResponse:
    scope = sharing.find_scope(staff_user(request))
    tests = [_test(bucket, form, scope, request.user) for bucket, form in asked.items()]
    return render_page(request, "bucket/test", Bucket, title=gettext("What works"), tests=tests)


def _test(
    bucket: Bucket, form: BucketTestForm, scope: ShareScope, user: AbstractBaseUser | AnonymousUser
) -> BucketTest:
    form.auto_id = f"id_{bucket.pk}_%s"  # several stand on one page
    tried = form.test(bucket, scope, timezone.now()) if form.is_valid() else None
    refusal = refusals.explain(form.refused) if form.refused and not form.has_error("object_key") else ""
    steps = [_describe_step(result, bucket, user) for result in tried or ()]
    return BucketTest(bucket, form, steps, describe_unchecked(bucket.host), refusal)


def _describe_step(result: StepResult, bucket: Bucket, user: AbstractBaseUser | AnonymousUser) -> TestedStep:
    name, badge = labels.label(result.step), badges.of_step(result)
    sentence, cure = bucket_tests.explain(result, bucket.name, bucket.key.access_key_id)
    ids = [bucket.key.access_key_id]
    met = Finding(result.reason, Verdict.BROKEN) if result.reason and cure else None
    pages = find_cure_pages(met, access_key_ids=ids, bucket=bucket) if met else []
    return TestedStep(name, badge, sentence, cure, result.object_key, tuple(link_acts(pages, user)))
