import pytest

from links.domain.judging.facts import Delivery
from links.models import AuditRecord
from tests.api.programs import Program, make_program
from tests.fixtures import Setup

OLD = (
    "https://files.s3.eu-central-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20200101%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20200101T000000Z"
    "&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
    f"&X-Amz-Signature={'5f' * 32}"
)


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def test_a_url_is_read_without_asking_anybody(program: Program, setup: Setup) -> None:
    asked = len(setup.s3.requests)
    told = program.post("/doctor", {"url": f"<{OLD}>"}).body
    assert (told["style"], told["access_key_id"], told["state"]) == ("sigv4", "AKIAIOSFODNN7EXAMPLE", "broken")
    assert told["expires_at"] == "2020-01-01T01:00:00Z"
    assert [finding["code"] for finding in told["findings"]] == ["signature-ended"]
    assert told["status"] is None
    assert "5f5f5f5f" not in str(told)
    assert len(setup.s3.requests) == asked


def test_the_store_is_asked_where_that_is_wanted_and_it_is_recorded(program: Program, setup: Setup) -> None:
    url = setup.create_link("1 day", Delivery.PRESIGNED).url
    told = program.post("/doctor", {"url": url, "ask": True}).body
    assert (told["state"], told["status"]) == ("healthy", 206)
    assert AuditRecord.objects.get(act="url-checked").way == "api"


def test_a_link_of_ours_is_named_to_whoever_may_know_of_it(program: Program, setup: Setup) -> None:
    made = setup.create_link()
    assert program.post("/doctor", {"url": made.url}).body["link"] is None
    made.link.owner = program.owner
    made.link.save()
    assert program.post("/doctor", {"url": made.url}).body["link"] == made.link.pk


def test_a_text_is_scanned_for_every_signed_url(program: Program) -> None:
    told = program.post("/doctor/scan", {"text": f"first\nsee {OLD} and\n{OLD}\nhttps://example.com/\n"}).body
    assert [(each["line"], each["times"], each["verdict"]) for each in told["items"]] == [(2, 2, "broken")]
    assert told["left_out"] == 0
    assert "5f5f5f5f" not in str(told)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/doctor", {"url": "no URL"}),
        ("/doctor", {"url": "x" * 100_001}),
        ("/doctor", {"url": "\0"}),
        ("/doctor/scan", {"text": "x" * 1_000_001}),
        ("/doctor/scan", {}),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(program: Program, path: str, body: dict[str, str]) -> None:
    refused = program.post(path, body)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "text" if "scan" in path else "url")
