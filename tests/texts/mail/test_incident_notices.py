import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import NoticeKind
from links.domain.judging.forecasts import Forecast, ForecastKind
from links.texts.mail.incident_notices import LISTED, AffectedLink, NoticeContext, body, subject
from links.texts.pages.findings import cure, sentence

NOW = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
KEY = "AKIAIOSFODNN7EXAMPLE"
LINKS = tuple(
    AffectedLink(
        f"#{number} plans/{number}.pdf",
        f"https://share.example.com/admin/links/{number}/",
        "yuki",
        NOW + timedelta(days=30),
        Forecast(ForecastKind.STOPS, NOW + timedelta(hours=6)),
    )
    for number in range(25)
)
OPENED = NoticeContext(
    kind=NoticeKind.OPENED,
    finding=Finding(Code.KEY_UNKNOWN, Verdict.BROKEN, None, {"access_key_id": KEY}),
    about=KEY,
    opened_at=NOW,
    composed_at=NOW + timedelta(hours=26),
    link_count=10_000,
    links=LINKS,
    forecast=Forecast(ForecastKind.STOPS, NOW + timedelta(hours=6)),
    list_url="https://share.example.com/admin/incidents/7/",
)
RESOLVED = replace(OPENED, kind=NoticeKind.RESOLVED, resolved_at=NOW + timedelta(hours=2))


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("code", Code)
def test_every_finding_can_be_told_of_in_every_kind_of_notice(language: str, kind: NoticeKind, code: Code) -> None:
    report = replace(OPENED, kind=kind, finding=Finding(code, Verdict.BROKEN), resolved_at=None)
    text = subject(report) + body(report)
    assert "%(" not in text
    assert bool(re.search(r"[ぁ-ん]", text)) == (language == "ja")


@pytest.mark.usefixtures("english")
class TestANotice:
    def test_the_subject_names_cause_key_and_count(self) -> None:
        assert subject(OPENED) == f"[Holdfast] Access key deleted or unknown: access key {KEY} (10,000 links)"

    def test_it_is_held_to_the_letter(self) -> None:
        report = replace(OPENED, kind=NoticeKind.REMINDER, link_count=1, links=LINKS[:1])
        assert subject(report) == f"[Holdfast] Still: Access key deleted or unknown: access key {KEY} (1 link)"
        assert body(report) == (
            "This problem has lasted for 1 day 2 hours:\n"
            f"{sentence(report.finding)}\n\n"
            f"About: access key {KEY}\nSince: 24 December 2026, 09:00 UTC\n"
            "First to stop working: stops working on 24 December 2026, 15:00 UTC\nLinks: 1\n\n"
            f"What to do\n{cure(report.finding)}\n\n"
            "Affected links\n- #0 plans/0.pdf\n"
            "  owner: yuki, promised until 23 January 2027, 09:00 UTC, stops working on 24 December 2026, 15:00 UTC\n"
            "  https://share.example.com/admin/links/0/\n\n"
            "All of them: https://share.example.com/admin/incidents/7/\n"
            "You get at most one reminder a day, and a message when it is over.\n"
        )

    def test_a_count_that_may_still_grow_says_so(self) -> None:
        counting = replace(OPENED, is_counting=True)
        assert subject(counting).endswith("(10,000 links so far)")
        assert "Links: 10,000 so far\n" in body(counting)
        assert "so far" not in body(replace(RESOLVED, is_counting=True))

    def test_one_link_is_counted_as_one(self) -> None:
        assert subject(replace(OPENED, link_count=1)).endswith("(1 link)")

    def test_the_subject_stays_one_short_line_whatever_it_is_about(self) -> None:
        finding = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)
        said = subject(replace(OPENED, finding=finding, about="photos/a\r\nBcc: everyone@example.com" + "x" * 1000))
        assert said.isprintable()
        assert len(said) < 250

    def test_what_is_about_the_whole_site_names_nothing_else(self) -> None:
        report = replace(OPENED, finding=Finding(Code.WATCH_STOPPED, Verdict.BROKEN), about="site", link_count=0)
        assert subject(report) == "[Holdfast] Monitoring has stopped"
        assert "About" not in body(report)

    def test_the_body_says_cause_since_when_when_it_bites_and_the_cure(self) -> None:
        text = body(OPENED)
        assert sentence(OPENED.finding) in text
        assert cure(OPENED.finding) in text
        assert "Since: 24 December 2026, 09:00 UTC" in text
        assert "First to stop working: stops working on 24 December 2026, 15:00 UTC" in text

    def test_the_body_lists_the_first_links_with_whose_and_when_and_where_the_rest_are(self) -> None:
        text = body(OPENED)
        assert "the first 20 of 10,000" in text
        assert text.count("/admin/links/") == LISTED
        assert (
            "- #0 plans/0.pdf\n  owner: yuki, promised until 23 January 2027, 09:00 UTC, stops working on 24 Dec"
            in text
        )
        assert "All of them: https://share.example.com/admin/incidents/7/" in text

    def test_a_short_list_does_not_speak_of_more(self) -> None:
        assert "the first" not in body(replace(OPENED, links=LINKS[:2], link_count=2))

    def test_a_link_of_which_little_is_known_is_listed_all_the_same(self) -> None:
        text = body(replace(OPENED, links=(AffectedLink("#1", "https://share.example.com/admin/links/1/"),)))
        assert "- #1\n  https://share.example.com/admin/links/1/" in text

    def test_a_resolved_notice_says_that_it_is_over_and_how_long_it_lasted(self) -> None:
        text = body(RESOLVED)
        assert subject(RESOLVED).startswith("[Holdfast] Resolved: ")
        assert "was resolved on 24 December 2026, 11:00 UTC. It lasted 2 hours." in text
        assert cure(RESOLVED.finding) not in text
        assert "stops working" not in text
        assert "reminder" not in text

    def test_a_reminder_says_for_how_long_it_has_been_so(self) -> None:
        reminder = replace(OPENED, kind=NoticeKind.REMINDER)
        assert subject(reminder).startswith("[Holdfast] Still: ")
        assert "for 1 day 2 hours" in body(reminder)
        assert cure(reminder.finding) in body(reminder)

    def test_a_flapping_notice_says_so_and_falls_silent(self) -> None:
        flapping = replace(OPENED, kind=NoticeKind.FLAPPING)
        assert subject(flapping).startswith("[Holdfast] Comes and goes: ")
        assert "several times within 6 hours" in body(flapping)
        assert "at most 3 a day" in body(flapping)
        assert "stayed the same for 1 hour" in body(flapping)
