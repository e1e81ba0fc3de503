"""Test buckets: what works with their keys, step by step."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import may_change, render_page, require, staff_user
from links.admin.buckets.bucket_page import get_bucket
from links.domain.buckets.s3_objects import StepResult
from links.domain.errors import HoldfastError
from links.domain.sharing import ShareScope
from links.models import Bucket
from links.services.buckets import binding
from links.services.links import sharing
from links.texts import labels, refusals
from links.texts.pages import bucket_tests

MAX_TESTED = 10  # each is several requests to its store


@dataclass(frozen=True, slots=True)
class BucketTest:
    """A bucket's test, ready to be read. `refusal` says why there was nothing to try."""

    bucket: Bucket
    steps: list["TestedStep"]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class TestedStep:
    name: str
    badge: badges.Badge
    sentence: str = ""
    cure: str = ""
    object_key: str = ""


def run_test(request: HttpRequest, object_id: str) -> HttpResponse:
    bucket = get_bucket(request, object_id)
    require(may_change(request, Bucket))
    return _show_tests(request, [bucket])


@admin.action(description=_("Test these buckets"), permissions=["change"])
def run_tests(_admin: HoldfastModelAdmin[Bucket], request: HttpRequest, queryset: QuerySet[Bucket]) -> HttpResponse:
    return _show_tests(request, list(queryset.select_related("key")[:MAX_TESTED]))


def _show_tests(request: HttpRequest, tested: list[Bucket]) -> HttpResponse:
    scope = sharing.find_scope(staff_user(request))
    tests = [_test(bucket, scope) for bucket in tested]
    return render_page(request, "bucket/test", Bucket, title=gettext("What works"), tests=tests)


def _test(bucket: Bucket, scope: ShareScope) -> BucketTest:
    try:
        return BucketTest(bucket, [_describe_step(result, bucket) for result in binding.test_bucket(bucket, scope)])
    except HoldfastError as error:
        return BucketTest(bucket, [], refusals.explain(error))


def _describe_step(result: StepResult, bucket: Bucket) -> TestedStep:
    name, badge = labels.label(result.step), badges.of_step(result)
    sentence, cure = bucket_tests.explain(result, bucket.name, bucket.key.access_key_id)
    return TestedStep(name, badge, sentence, cure, result.object_key)
