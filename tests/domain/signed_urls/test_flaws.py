import pytest

from links.domain.judging.facts import Delivery, Facts
from links.domain.judging.foresight import foresee
from links.domain.signed_urls.flaws import NAMES, PATH, Flaw, FlawKind, join_changes, split_changes
from links.domain.signed_urls.reading import read
from tests.domain.builders import NOW

FLAWS = [
    Flaw(FlawKind.MISSING, "x-amz-date"),
    Flaw(FlawKind.MALFORMED, PATH),
    Flaw(FlawKind.REPEATED, "versionid"),
    Flaw(FlawKind.RESPELLED, NAMES),
]


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_read_back_from_its_text(flaw: Flaw) -> None:
    assert Flaw.parse(str(flaw)) == flaw


@pytest.mark.parametrize("text", ["", "utm_source", "utm:source", "missing", "Missing:x", ":x"])
def test_what_is_no_flaw_is_not_read_as_one(text: str) -> None:
    assert Flaw.parse(text) is None


def test_flaws_and_strangers_are_read_back_from_a_findings_params() -> None:
    assert split_changes(join_changes(FLAWS, ["utm_source", "a:b"])) == [*FLAWS, "utm_source", "a:b"]
    assert split_changes(join_changes([])) == []


def test_a_findings_json_names_flaws_as_kind_and_name() -> None:
    url = read("https://files.s3.eu-central-1.amazonaws.com/a?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1")
    changed = [each.to_json() for each in foresee(Facts(Delivery.FOREIGN, url), None, NOW)]
    assert {"what": "missing:signature"} in [each["params"] for each in changed]
