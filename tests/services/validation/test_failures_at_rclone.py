"""The ways links die at a server that nobody wrote for tests: rclone speaks S3 and verifies SigV4."""

import time
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from demo.servers import RcloneS3
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import Bucket, Incident, ShareLink, SigningKey
from links.s3 import signer
from links.services.buckets import binding
from links.services.click_signing import open_bucket
from links.services.keys import proofs
from links.services.links import creation
from links.services.links.creation import NewLink, NewLinkRequest
from links.services.pasted import watch
from links.services.validation import batches
from links.services.validation.batches import ValidationResult
from links.services.visits import clicks
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, Clock, codes, fetch


@pytest.fixture
def folder(rclone_s3: RcloneS3, request: pytest.FixtureRequest) -> Path:
    """The bucket's folder: a new one for each test."""
    name = f"ways-{abs(hash(request.node.name)) % 10**9}"
    folder = Path(rclone_s3.data_dir) / name
    folder.mkdir()
    (folder / "report.pdf").write_bytes(CONTENT)
    return folder


@pytest.fixture
def bucket(db: None, rclone_s3: RcloneS3, folder: Path, clock: Clock) -> Bucket:
    key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url, now=clock())
    return binding.add_bucket(folder.name, key, now=clock())


def make(bucket: Bucket, delivery: Delivery, clock: Clock) -> NewLink:
    return creation.create_link(NewLinkRequest(bucket, "report.pdf", "1 day", UTC, EVERYTHING, delivery), clock())


def judge(new_link: NewLink, clock: Clock) -> ValidationResult:
    (judged,) = batches.validate_links([new_link.link.pk], clock)
    return judged


DELIVERIES = pytest.mark.parametrize("delivery", [Delivery.STABLE, Delivery.PRESIGNED])


@DELIVERIES
def test_a_link_downloads_and_is_healthy(bucket: Bucket, delivery: Delivery, clock: Clock) -> None:
    new_link = make(bucket, delivery, clock)
    stable = delivery is Delivery.STABLE
    url = clicks.follow(new_link.url.rpartition("/")[2], now=clock()).url if stable else new_link.url
    assert fetch(url) == CONTENT
    assert judge(new_link, clock).judgement.verdict is Verdict.HEALTHY


def remove_object(folder: Path) -> None:
    (folder / "report.pdf").unlink()


def remove_bucket(folder: Path) -> None:
    remove_object(folder)
    folder.rmdir()


@DELIVERIES
@pytest.mark.parametrize(
    ("remove", "code"), [(remove_object, Code.OBJECT_MISSING), (remove_bucket, Code.BUCKET_MISSING)]
)
def test_what_was_removed_is_named_and_its_return_resolves(
    bucket: Bucket, folder: Path, delivery: Delivery, clock: Clock, remove: Callable[[Path], None], code: Code
) -> None:
    new_link = make(bucket, delivery, clock)
    remove(folder)
    judged = judge(new_link, clock)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])
    folder.mkdir(exist_ok=True)
    (folder / "report.pdf").write_bytes(CONTENT)
    assert judge(new_link, clock).judgement.verdict is Verdict.HEALTHY
    assert not Incident.objects.open().exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"access_key_id": "NOBODYSKEY"}, Code.KEY_UNKNOWN),
        ({}, Code.SIGNATURE_MISMATCH),
    ],
)
def test_a_stable_link_tells_that_its_buckets_key_no_longer_works(
    bucket: Bucket, clock: Clock, wrong: dict[str, object], code: Code
) -> None:
    new_link = make(bucket, Delivery.STABLE, clock)
    key = SigningKey.objects.get()
    for name, value in {**wrong, "secret": "another"}.items():
        setattr(key, name, value)
    key.save()
    judged = judge(new_link, clock)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])
    assert Incident.objects.get().subject == SigningKey.objects.get().access_key_id


def test_a_changed_url_is_told_from_a_wrong_secret(bucket: Bucket, clock: Clock) -> None:
    url = make(bucket, Delivery.PRESIGNED, clock).url
    changed = watch.watch_url(
        read_pasted(f"{url}&utm_source=mail"),
        clock() + timedelta(hours=1),
        now=clock(),
        scope=EVERYTHING,
        owner=OPERATOR,
    )
    assert codes(judge(changed, clock)) == [Code.URL_CHANGED]


def test_a_signature_that_ended_before_the_promise_is_named(bucket: Bucket, clock: Clock) -> None:
    day, second = (signer.sign(open_bucket(bucket), "report.pdf", seconds).text for seconds in (86_400, 1))
    until = clock() + timedelta(days=30)
    lasting, over = (
        watch.watch_url(read_pasted(url), until, now=clock(), scope=EVERYTHING, owner=OPERATOR) for url in (day, second)
    )
    assert codes(judge(lasting, clock)) == [Code.SIGNATURE_ENDS_EARLY]
    time.sleep(2)
    assert codes(judge(over, clock)) == [Code.SIGNATURE_ENDED]


def test_a_store_that_is_gone_breaks_nothing(db: None, tmp_path: Path, clock: Clock) -> None:
    with RcloneS3(tmp_path, {RCLONE_KEY_ID: RCLONE_SECRET}) as server:
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "report.pdf").write_bytes(CONTENT)
        key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=server.url, now=clock())
        new_link = make(binding.add_bucket("files", key, now=clock()), Delivery.STABLE, clock)
    assert [judge(new_link, clock).judgement.verdict for _ in range(3)] == [Verdict.UNKNOWN] * 3
    assert (Incident.objects.get().code, Incident.objects.get().verdict) == (Code.UNREACHABLE, "unknown")
    assert ShareLink.objects.get().unknown_streak == 3
