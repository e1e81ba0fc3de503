"""The link doctor, and signed URLs in a text. URLs are secrets: they are sent in the body, and never repeated."""

import io
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Moment, Text
from links.api.links.schemas import FindingOut
from links.domain.findings import Finding
from links.domain.link_state import LinkState
from links.domain.pasted.urls import read_all
from links.domain.people.scopes import Scope
from links.domain.signed_urls.reading import Style
from links.forms.base import MAX_PASTED_LENGTH
from links.services.pasted import doctor
from links.services.pasted.doctor import Diagnosis
from links.services.pasted.scan_files import STANDARD_INPUT, FoundUrl, scan_files
from links.texts.pages import findings

router = Router()
SEEN = ("view_sharelink", "change_sharelink")
MAX_SCANNED_LENGTH = 1_000_000


class UrlToCheck(Body):
    url: Text = Field(max_length=MAX_PASTED_LENGTH, description="As somebody has it, also from a mail that broke it.")
    promised_until: Moment | None = Field(None, description="The date that somebody was given, if any.")
    ask: bool = Field(
        False,
        description="Whether the store is asked for one byte: AWS, endpoints of registered buckets, and hosts that the "
        "site allows.",
    )


class TextToScan(Body):
    text: Text = Field(max_length=MAX_SCANNED_LENGTH, description="Of any kind: a log, a mail, source.")


class DiagnosisOut(Schema):
    style: Style
    access_key_id: str
    credential_kind: str | None
    host: str
    signed_at: datetime | None
    expires_at: datetime | None
    state: LinkState
    forecast: str = Field(description="What becomes of it: `works`, `fails`, `stopped` and so on.")
    forecast_at: datetime | None
    status: int | None = Field(description="HTTP status of the store's answer; null where it was not asked.")
    store_code: str | None
    findings: list[FindingOut]
    link: int | None = Field(description="The link of this site whose URL it is.")
    repairs: list[str]


class FoundUrlOut(Schema):
    """Where a signed URL stands in the text; `times` is how often the same does."""

    line: int
    times: int
    style: Style
    host: str
    access_key_id: str
    expires_at: datetime | None
    verdict: str
    findings: list[FindingOut]


class ScanOut(Schema):
    """`left_out` counts URLs beyond what one request looks at."""

    items: list[FoundUrlOut]
    left_out: int


@router.post("", response=DiagnosisOut, auth=BearerToken(Scope.DOCTOR), operation_id="check_url")
def check_url(request: HttpRequest, body: UrlToCheck) -> DiagnosisOut:
    """What can be told of a URL: who signed it, until when it works, and what is wrong with it."""
    owner, now = require(request, *SEEN), timezone.now()
    pasted = read_all(body.url)[0]
    found = doctor.check_url(pasted, owner, promised_until=body.promised_until, ask=body.ask, now=now)
    return write_diagnosis(found, now)


@router.post("/scan", response=ScanOut, auth=BearerToken(Scope.DOCTOR), operation_id="scan_text")
def scan_text(request: HttpRequest, body: TextToScan) -> ScanOut:
    """Every signed URL in a text, and whether it has stopped working or will stop early. No store is asked."""
    require(request, *SEEN)
    scan = scan_files([STANDARD_INPUT], io.BytesIO(body.text.encode()), timezone.now())
    return ScanOut(items=[write_found(url) for url in scan.urls], left_out=scan.left_out)


def write_diagnosis(found: Diagnosis, now: datetime) -> DiagnosisOut:
    url, answer, forecast = found.url, found.answer, found.read_forecast(now)
    return DiagnosisOut(
        style=url.style,
        access_key_id=url.access_key_id,
        credential_kind=found.credential_kind,
        host=url.host,
        signed_at=url.signed_at,
        expires_at=url.expires_at,
        state=found.read_state(now),
        forecast=forecast.kind.value,
        forecast_at=forecast.at,
        status=answer.status if answer else None,
        store_code=(answer.code or answer.label or None) if answer else None,
        findings=[write_finding(finding) for finding in found.judgement.findings],
        link=found.own.link.pk if found.own and found.own.link else None,
        repairs=[repair.value for repair in found.repairs],
    )


def write_found(url: FoundUrl) -> FoundUrlOut:
    return FoundUrlOut(
        line=url.line,
        times=url.times,
        style=url.style,
        host=url.host,
        access_key_id=url.access_key_id,
        expires_at=url.expires_at,
        verdict=url.verdict.value,
        findings=[write_finding(finding) for finding in url.findings],
    )


def write_finding(finding: Finding) -> FindingOut:
    return FindingOut(
        code=finding.code.value,
        verdict=finding.verdict.value,
        fails_at=finding.fails_at,
        title=findings.title(finding.code),
        detail=findings.sentence(finding),
        cure=findings.cure(finding),
    )
