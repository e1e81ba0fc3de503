"""Why Holdfast was made, told whole: a link for a month that was signed with credentials for hours, and ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError

import pytest
import time_machine
from django.test import Client
from time_machine import Traveller

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import SETTLE
from links.models import ShareLink
from links.services.incidents import notices
from links.services.validation.batches import ValidationResult
from tests.fake_receivers import MailReceiver
from tests.fixtures import CONTENT, World, codes, fetch, open_incident
from tests.strict_s3 import StrictS3

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_MONTH = timedelta(days=30)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def time() -> Iterator[Traveller]:
    """The clock of the whole process: ours, botocore's and the store's."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def deliver(mails: MailReceiver, time: Traveller) -> str:
    """Wait until the notices have settled, deliver them, and read the one mail that came."""
    known = len(mails.messages)
    time.shift(SETTLE)
    notices.deliver_due(lambda: datetime.now(UTC))
    (message,) = mails.messages[known:]
    return str(message.get_content())


def click(client: Client, url: str) -> bytes:
    """What a customer gets: our redirect, then the store's bytes."""
    answer = client.get(url)
    assert answer.status_code == 302
    return fetch(answer["Location"])


def refusal_of(url: str) -> tuple[int, bytes]:
    with pytest.raises(HTTPError) as refused:
        fetch(url)
    with refused.value as answer:
        return answer.code, answer.read()


def finding_of(judged: ValidationResult, code: Code) -> Finding:
    return next(finding for finding in judged.judgement.findings if finding.code is code)


def test_a_link_for_a_month(transactional_db: None, time: Traveller, mails: MailReceiver, client: Client) -> None:
    with StrictS3(now=lambda: datetime.now(UTC)) as s3:
        world = World.build(s3)

        # A program that runs under a role signs for as long as S3 takes, and somebody promises a month.
        session = s3.assume_role("app", "session", ends_at=START + timedelta(hours=6))
        url = s3.presigner(session, world.store).v4("report.pdf", expires=604_800)
        foreign = world.watch(url, days=30).link
        # The same object by a link of our own.
        ours = world.create_link("report.pdf", lifetime="30 days")
        assert ours.promise.promised_until == START + A_MONTH

        # Both work.
        assert fetch(url) == CONTENT
        assert click(client, ours.url) == CONTENT

        # One is doomed, and that is found while it still works.
        flagged = world.judge(foreign)
        assert flagged.answer is not None
        assert flagged.answer.served
        assert flagged.judgement.verdict is Verdict.AT_RISK
        fails_at = finding_of(flagged, Code.TEMPORARY_CREDENTIALS).fails_at
        assert fails_at is not None
        assert START < fails_at <= START + timedelta(days=7)
        assert world.judge(ours.link).judgement.verdict is Verdict.HEALTHY

        # Staff are told: the cause, the link, when at the latest, and the cure; and nothing secret.
        said = deliver(mails, time)
        assert "temporary credentials" in said
        assert "stable link" in said
        assert f"#{foreign.pk} report.pdf" in said
        assert "8 March 2026" in said
        assert session.token not in said
        assert "X-Amz" not in said
        assert fetch(url) == CONTENT

        # The credentials end, six days before the signature and weeks before the month.
        time.move_to(START + timedelta(hours=6))
        status, body = refusal_of(url)
        assert status == 400
        assert b"<Code>ExpiredToken</Code>" in body
        dead = world.judge(foreign)
        assert dead.answer is not None
        assert dead.answer.code == "ExpiredToken"
        assert dead.judgement.verdict is Verdict.BROKEN
        assert codes(dead) == [Code.TEMPORARY_CREDENTIALS_ENDED]
        assert open_incident(Code.TEMPORARY_CREDENTIALS_ENDED).link_count == 1
        assert "no longer valid" in deliver(mails, time)

        # Ours goes on.
        for day in range(1, 30):
            time.move_to(START + timedelta(days=day))
            assert click(client, ours.url) == CONTENT
        assert world.judge(ours.link).judgement.verdict is Verdict.HEALTHY

        # To its last second, and not one longer.
        time.move_to(ours.link.promised_until - A_SECOND)
        assert click(client, ours.url) == CONTENT
        time.move_to(ours.link.promised_until)
        assert client.get(ours.url).status_code == 410
        assert world.judge(ours.link).judgement.verdict is Verdict.ENDED
        assert ShareLink.objects.get(pk=ours.link.pk).visit_count == 31
