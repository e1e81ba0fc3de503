import pytest

from links.domain.errors import Refused
from links.domain.judging.facts import Delivery, Facts
from links.domain.judging.foresight import foresee
from links.domain.reasons import Reason
from links.domain.signed_urls.reading import read
from links.texts import refusals
from links.texts.pages import findings
from links.texts.refusals import url_flaws
from tests.domain.builders import NOW


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("malformed:x-amz-signature", "X-Amz-Signature is cut off or misspelled"),
        ("missing:x-amz-date, utm_source", "X-Amz-Date is missing; utm_source"),
        ("repeated:versionid", "versionid is there more than once"),
        ("malformed:path", "its path is not text"),
        ("respelled:names", "the names of its parameters are not spelt as they were signed"),
        ("utm:source", "utm:source"),
    ],
)
def test_every_flaw_is_said_in_words(what: str, told: str) -> None:
    assert url_flaws.describe(what) == told


def test_a_cut_url_is_told_so_in_the_findings_own_sentence() -> None:
    url = read("https://files.s3.eu-central-1.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00")
    said = " ".join(findings.sentence(each) for each in foresee(Facts(Delivery.FOREIGN, url), None, NOW))
    assert "X-Amz-Credential is missing" in said
    assert "missing:" not in said
    assert "malformed:" not in said


def test_a_url_of_another_kind_is_called_by_its_name() -> None:
    assert "(Azure shared access signature (SAS))" in refusals.explain(
        Refused(Reason.URL_NOT_JUDGED, flavour="azure-sas")
    )
    assert "URLs of this kind cannot be judged" in refusals.explain(
        Refused(Reason.URL_NOT_JUDGED, flavour="unheard-of")
    )
