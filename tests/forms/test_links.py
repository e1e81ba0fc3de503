from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from links.forms.links import LinkForm
from links.models import ShareLink
from tests.fixtures import OBJECT, Setup


def fill(setup: Setup, **entered: str) -> LinkForm:
    reader, _ = User.objects.get_or_create(username="root", defaults={"is_superuser": True})
    form = LinkForm(
        reader,
        {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "30 days", "delivery": "stable", **entered},
    )
    assert form.is_valid(), form.errors
    return form


def test_a_preview_promises_and_saves_nothing(setup: Setup, now: datetime) -> None:
    promise = fill(setup).preview(now)
    assert promise is not None
    assert promise.promised_until == now + timedelta(days=30)
    assert not ShareLink.objects.exists()


def test_a_date_is_read_in_the_readers_zone(setup: Setup, now: datetime) -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        promise = fill(setup, lifetime="2090-12-24 18:00").preview(now)
    assert promise is not None
    assert promise.promised_until == datetime(2090, 12, 24, 9, tzinfo=UTC)


def test_a_presigned_link_past_seven_days_is_refused_and_a_stable_one_offered(setup: Setup, now: datetime) -> None:
    form = fill(setup, delivery="presigned")
    assert form.preview(now) is None
    assert form.offer == "stable"
    assert list(form.errors) == ["delivery"]


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"lifetime": "soon"}, "lifetime"),
        ({"lifetime": "1 second"}, "lifetime"),
        ({"lifetime": "2001-01-01"}, "lifetime"),
        ({"object_key": "not/there"}, "object_key"),
        ({"object_key": f"{OBJECT} "}, "object_key"),
        ({"object_key": "a" * 1025}, "object_key"),
    ],
)
def test_a_refusal_stands_at_the_field_that_it_is_about(
    entered: dict[str, str], field: str, setup: Setup, now: datetime
) -> None:
    form = fill(setup, **entered)
    assert form.preview(now) is None
    assert list(form.errors) == [field]


def test_a_store_that_does_not_answer_is_said_at_the_bucket(setup: Setup, now: datetime) -> None:
    setup.s3.stop()
    form = fill(setup)
    assert form.preview(now) is None
    assert list(form.errors) == ["bucket"]


def test_a_link_is_made_for_its_owner(setup: Setup, now: datetime) -> None:
    owner = User.objects.create_user("mika")
    new_link = fill(setup, note="For Ogata", filename="見積.pdf").create(owner, now)
    assert new_link is not None
    assert (new_link.link.owner, new_link.link.note, new_link.link.filename) == (owner, "For Ogata", "見積.pdf")
