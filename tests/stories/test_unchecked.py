"""Policies of an AWS organization are told by no bucket: they are named wherever checks are listed."""

import pytest
from django.test import Client

from links.domain.buckets.s3_objects import Step, StepResult
from links.models import Bucket, ShareLink, SigningKey
from links.services.buckets import binding
from tests.admin.link_pages import page_of, sign
from tests.fixtures import Setup
from tests.management.running import Runner
from tests.markup import tidy

NAME, TOLD = "Policies of the organization (SCP, RCP)", "no bucket shows them"
BUCKETS = "/admin/links/bucket/"
PLACES = ["bucket", "link", "doctor", "test", "added", "check_url", "add_bucket"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "https://files.s3.eu-central-1.amazonaws.com/report.pdf",
        (
            "https://files.s3.eu-central-1.amazonaws.com/report.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1500000000"
            "&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D"
        ),
    ],
)
def test_what_is_over_or_has_no_signature_is_refused_by_no_policy(admin_client: Client, run: Runner, url: str) -> None:
    shown = admin_client.post("/admin/links/doctor/", {"url": url}).content.decode()
    assert TOLD not in shown
    assert TOLD not in run("check_url", url).out


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(capsys, monkeypatch)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("is_aws", [True, False])
def test_what_no_bucket_tells_is_named_wherever_checks_are_listed(
    admin_client: Client, setup: Setup, run: Runner, monkeypatch: pytest.MonkeyPatch, place: str, is_aws: bool
) -> None:
    link, url = setup.create_link().link, sign(setup)
    tried = [StepResult(Step.SIGN, ok=True), StepResult(Step.READ, ok=True)]
    monkeypatch.setattr(binding, "test_bucket", lambda *_said, **_more: tried)  # nothing is asked at AWS
    if is_aws:
        ShareLink.objects.update(host="files.s3.eu-central-1.amazonaws.com")
        Bucket.objects.update(endpoint="", region="eu-central-1")
        SigningKey.objects.update(endpoint="", region="eu-central-1")
        url = url.replace(setup.s3.url, "https://s3.eu-central-1.amazonaws.com").replace("//files", "/files")
    match place:
        case "bucket":
            told = read(admin_client, f"{BUCKETS}{setup.bucket.pk}/change/")
        case "link":
            told = read(admin_client, page_of(link))
        case "doctor":
            told = tidy(admin_client.post("/admin/links/doctor/", {"url": url}).content.decode())
        case "test":
            told = tidy(admin_client.post(f"{BUCKETS}{setup.bucket.pk}/test/").content.decode())
        case "added":
            entered = {"name": "more", "key": setup.key.pk, "addressing": "auto"}
            told = tidy(admin_client.post(f"{BUCKETS}add/", entered, follow=True).content.decode())
            told = told[told.index("messagelist") : told.index("</ul>", told.index("messagelist"))]
        case "check_url":
            told = run("check_url", url).out
        case _:
            told = run("add_bucket", "more", "--key", setup.key.label).out
    assert (NAME in told, TOLD in told) == (is_aws, is_aws)


def read(client: Client, address: str) -> str:
    return tidy(client.get(address).content.decode())
