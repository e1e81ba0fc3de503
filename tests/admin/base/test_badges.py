"""Badges, in Japanese too: what waits is named after what it waits for."""

from datetime import datetime

from django.utils import translation

from links.admin.base.badges import of_notice, of_time_request
from links.models import IncidentNotice, LinkMail, TimeRequest


def test_a_message_waits_to_be_sent_and_a_question_to_be_answered(now: datetime) -> None:
    with translation.override("ja"):
        assert [of_notice(notice).word for notice in (IncidentNotice(), LinkMail())] == ["送信待ち", "送信待ち"]
        assert of_time_request(TimeRequest(at=now)).word == "回答待ち"
