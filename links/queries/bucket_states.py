"""How buckets stand, in one word each, for whoever is about to choose one."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, Exists, OuterRef, QuerySet, When

from links.domain.buckets.bucket_states import BucketState, find_bucket_state
from links.domain.findings import FINDING_KINDS, Subject, Verdict
from links.domain.judging.facts import Delivery
from links.models import Bucket, IncidentLink, ShareLink, SigningKey

# What is wrong with one object, or with one link, says nothing of the bucket.
_OF_ALL = [code.value for code, kind in FINDING_KINDS.items() if kind.subject not in (Subject.OBJECT, Subject.LINK)]


def find_states(buckets: QuerySet[Bucket]) -> dict[int, BucketState]:
    """The state of each bucket, in their order."""
    ours = ShareLink.objects.filter(bucket=OuterRef("pk"), delivery=Delivery.STABLE.value)
    served = ours.filter(verdict__in=[Verdict.HEALTHY.value, Verdict.AT_RISK.value])
    broken = IncidentLink.objects.filter(
        link__bucket=OuterRef("pk"),
        link__delivery=Delivery.STABLE.value,
        over_at=None,
        incident__resolved_at=None,
        incident__verdict=Verdict.BROKEN.value,
        incident__code__in=_OF_ALL,
    )
    # A test that failed says more than what worked before it.
    served_since = served.filter(validated_at__gte=OuterRef("tested_at"))
    was_served = Case(When(test_works=False, then=Exists(served_since)), default=Exists(served))
    annotated = buckets.annotate(was_served=was_served, is_broken=Exists(broken)).select_related("key")
    return {bucket.pk: _read_state(bucket) for bucket in annotated}


def has_served(key: SigningKey) -> bool:
    """Whether a link that this key signs works, or a bucket of it did when it was tested."""
    if key.buckets.filter(test_works=True).exists():
        return True
    signed = ShareLink.objects.filter(bucket__key=key, access_key_id=key.access_key_id)
    return signed.filter(verdict__in=[Verdict.HEALTHY.value, Verdict.AT_RISK.value]).exists()


def find_usual(user: User, states: Mapping[int, BucketState]) -> int | None:
    """The bucket that somebody used last and that works; else the first that works, else the first."""
    working = [bucket for bucket, state in states.items() if state.may_work]
    used = ShareLink.objects.filter(owner=user, bucket__in=working).order_by("-pk").values_list("bucket", flat=True)
    return used.first() or next(iter([*working, *states]), None)


def _read_state(bucket: Any) -> BucketState:  # noqa: ANN401  a bucket with its annotations
    return find_bucket_state(
        bucket.key.key_state,
        is_replaced=bucket.key.replaced_at is not None,
        is_broken=bucket.is_broken,
        was_served=bucket.was_served,
        test=bucket.last_test,
    )
