"""What the demo says of its samples, on the first day and later."""

from datetime import UTC, datetime, timedelta

import pytest

from demo import samples, seed
from links.domain.judging.facts import Delivery
from links.models import Bucket, ShareLink, SigningKey

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def add(object_key: str, delivery: Delivery, **fields: object) -> ShareLink:
    until = NOW + timedelta(days=30)
    stated: dict[str, object] = {"asked_until": until, "promised_until": until, "created_at": NOW}
    return ShareLink.objects.create(object_key=object_key, delivery=delivery.value, **{**stated, **fields})


def test_the_samples_are_shown_with_until_when_they_are_promised() -> None:
    link = add(samples.REPORT, Delivery.STABLE)
    add(samples.PHOTO, Delivery.PRESIGNED, signature_ends_at=NOW + timedelta(days=7))
    add(samples.ORDERS, Delivery.FOREIGN, verdict="at_risk")
    assert list(seed.find_passed(NOW)) == [samples.REPORT, samples.PHOTO, samples.ORDERS]
    assert seed.describe_link(link) == "A stable link; promised until 24 December 2026"


@pytest.mark.parametrize(
    "ended",
    [
        {"promised_until": NOW},
        {"revoked_at": NOW},
        {"signature_ends_at": NOW - timedelta(days=1)},
        {"verdict": "broken"},
    ],
    ids=lambda ended: next(iter(ended)),
)
def test_what_works_no_more_is_not_shown_again(ended: dict[str, object]) -> None:
    add(samples.PHOTO, Delivery.PRESIGNED, **ended)
    assert seed.find_passed(NOW) == {}


def test_another_link_to_the_same_file_does_not_pass_for_the_sample() -> None:
    add(samples.PHOTO, Delivery.STABLE)
    assert seed.find_passed(NOW) == {}


def test_on_the_first_day_three_incidents_are_announced() -> None:
    tries = seed.list_tries([samples.REPORT, samples.ORDERS], None, has_maker=True)
    assert len(tries) == 6
    assert "three incidents open within a minute" in tries[1]


def test_later_only_what_still_holds_is_said() -> None:
    assert "2 incidents are open" in seed.list_tries([], 2, has_maker=True)[0]
    assert "one incident is open; it names" in seed.list_tries([], 1, has_maker=True)[0]
    told = " ".join(seed.list_tries([], 0, has_maker=False))
    for gone in ("mika", "incident", "stable link above", "temporary credentials"):
        assert gone not in told


def test_the_key_and_the_bucket_follow_the_server_to_another_port(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "http://127.0.0.1:9000", "http://127.0.0.1:9001"
    key = SigningKey.objects.create(
        label="Demo key", access_key_id="DEMOKEY", secret="a secret", endpoint=old, created_at=NOW
    )
    Bucket.objects.create(name=samples.BUCKET, key=key, endpoint=old, created_at=NOW)
    monkeypatch.setenv("DEMO_S3_URL", new)
    seed._follow_the_server()
    bucket = Bucket.objects.select_related("key").get()
    bucket.require_binding()
    assert bucket.key.secret
    assert (bucket.endpoint, bucket.key.endpoint, bucket.key.secret.open()) == (new, new, "a secret")
