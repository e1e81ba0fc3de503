from datetime import datetime, timedelta

from django.utils import timezone

from links.domain.sharing import EVERYTHING
from links.forms.buckets import BindingForm, BucketForm
from links.models import Bucket
from links.services.keys import proofs
from tests.fixtures import Setup


def test_a_bucket_takes_its_keys_endpoint_and_region(setup: Setup, now: datetime) -> None:
    form = BucketForm({"name": "more", "key": setup.key.pk, "addressing": "auto"}, scope=EVERYTHING)
    assert form.is_valid()
    bucket = form.save(now)
    assert bucket is not None
    assert (bucket.endpoint, bucket.region) == (setup.s3.url, "eu-central-1")


def test_a_refusal_stands_at_the_field_that_it_is_about(setup: Setup, now: datetime) -> None:
    for entered, field in [({"name": "a/b"}, "name"), ({"name": "files"}, "name"), ({"region": "über"}, "region")]:
        form = BucketForm({"name": "more", "key": setup.key.pk, "addressing": "auto", **entered}, scope=EVERYTHING)
        assert form.is_valid()
        assert form.save(now) is None
        assert list(form.errors) == [field]


def test_a_bucket_is_bound_to_another_key_and_its_links_are_due_at_once(setup: Setup, now: datetime) -> None:
    link = setup.create_link().link
    link.due_at = now + timedelta(hours=6)
    link.save()
    given = setup.s3.add_key(setup.s3.add_user("other"))
    other = proofs.add_key("Other", given.id, given.secret, endpoint=setup.s3.url, region="eu-central-1", now=now)
    form = BindingForm({"key": other.pk, "region": "eu-central-1", "addressing": "path"})
    assert form.is_valid()
    assert form.change(setup.bucket, timezone.now())
    link.refresh_from_db()
    assert link.access_key_id == given.id
    assert link.due_at is not None
    assert link.due_at <= timezone.now()
    assert Bucket.objects.get().key == other


def test_a_wrong_region_changes_nothing(setup: Setup, now: datetime) -> None:
    form = BindingForm({"key": setup.key.pk, "region": "!", "addressing": "path"})
    assert form.is_valid()
    assert form.change(setup.bucket, now) is None
    assert Bucket.objects.get().region == "eu-central-1"
