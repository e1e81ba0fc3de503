from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.forecasts import REFUSED_FROM_THE_START, Forecast, ForecastKind, forecast
from links.domain.judging.verdicts import judge
from links.domain.link_state import LinkState
from tests.domain.builders import NOW, facts, refused, v4

PROMISED = NOW + timedelta(days=30)
YESTERDAY, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(days=1)
GONE = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)
ENDED = Finding(Code.SIGNATURE_ENDED, Verdict.BROKEN, YESTERDAY)
EARLY = Finding(Code.SIGNATURE_ENDS_EARLY, Verdict.AT_RISK, TOMORROW)
TOO_LONG = Finding(Code.LONGER_THAN_SEVEN_DAYS, Verdict.BROKEN)


@pytest.mark.parametrize("worked_at", [None, YESTERDAY])
@pytest.mark.parametrize("is_asked", [True, False])
@pytest.mark.parametrize("findings", [[], [GONE], [ENDED], [EARLY], [TOO_LONG, ENDED]])
@pytest.mark.parametrize("state", LinkState)
def test_only_what_was_found_healthy_is_said_to_work_and_only_what_is_broken_not_to(
    state: LinkState, findings: list[Finding], is_asked: bool, worked_at: datetime | None
) -> None:
    found = forecast(state, PROMISED, findings, NOW, worked_at=worked_at, is_asked_since_made=is_asked)
    assert (found.kind is ForecastKind.WORKS) == (state is LinkState.HEALTHY)
    assert found.kind.is_bad == (state is LinkState.BROKEN)
    assert not (found.kind is ForecastKind.NEVER_WORKED and worked_at)
    if found.kind is ForecastKind.STOPPED:
        assert found.at is not None
        assert found.at <= NOW


@pytest.mark.parametrize("state", [LinkState.NEW, LinkState.UNKNOWN])
def test_of_what_was_not_asked_or_gave_no_answer_only_the_promise_is_known(state: LinkState) -> None:
    assert forecast(state, PROMISED, [], NOW) == Forecast(ForecastKind.PROMISED, PROMISED)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (LinkState.HEALTHY, ForecastKind.WORKS),
        (LinkState.USED_UP, ForecastKind.USED_UP),
        (LinkState.ENDED, ForecastKind.ENDED),
        (LinkState.REVOKED, ForecastKind.REVOKED),
        (LinkState.RESCUED, ForecastKind.RESCUED),
    ],
)
def test_what_is_well_or_over_speaks_of_the_promised_end(state: LinkState, kind: ForecastKind) -> None:
    assert forecast(state, PROMISED, [GONE], NOW) == Forecast(kind, PROMISED)


class TestAtRisk:
    def test_the_first_moment_that_ends_it_counts(self) -> None:
        sooner = replace(EARLY, fails_at=NOW + timedelta(hours=1))
        found = forecast(LinkState.AT_RISK, PROMISED, [EARLY, sooner], NOW)
        assert found == Forecast(ForecastKind.STOPS, sooner.fails_at, cause=sooner)

    def test_a_moment_that_has_come_without_ending_it_is_no_moment_to_come(self) -> None:
        assert forecast(LinkState.AT_RISK, PROMISED, [EARLY], TOMORROW).kind is ForecastKind.OVERDUE

    def test_a_risk_without_a_date_leaves_the_promise_as_all_that_is_known(self) -> None:
        risk = Finding(Code.LEGACY_SIGNATURE, Verdict.AT_RISK)
        assert forecast(LinkState.AT_RISK, PROMISED, [risk], NOW) == Forecast(ForecastKind.PROMISED, PROMISED)


class TestBroken:
    def test_what_ended_stopped_when_it_ended(self) -> None:
        found = forecast(LinkState.BROKEN, PROMISED, [ENDED, EARLY], NOW)
        assert found == Forecast(ForecastKind.STOPPED, YESTERDAY, cause=ENDED)

    def test_what_its_own_shape_refuses_never_worked_although_its_end_has_come_too(self) -> None:
        found = forecast(LinkState.BROKEN, PROMISED, [ENDED, TOO_LONG], NOW)
        assert found == Forecast(ForecastKind.NEVER_WORKED, cause=TOO_LONG)

    def test_what_was_served_once_has_worked_whatever_is_thought_of_its_shape(self) -> None:
        found = forecast(LinkState.BROKEN, PROMISED, [TOO_LONG], NOW, worked_at=YESTERDAY)
        assert (found.kind, found.worked_at) == (ForecastKind.FAILS, YESTERDAY)

    def test_one_that_a_lenient_store_served_beyond_its_end_did_not_stop_at_it(self) -> None:
        found = forecast(LinkState.BROKEN, PROMISED, [ENDED], NOW, worked_at=NOW - timedelta(hours=1))
        assert found.kind is ForecastKind.FAILS

    def test_ours_that_was_never_served_never_worked_and_of_another_nobody_knows(self) -> None:
        ours = forecast(LinkState.BROKEN, PROMISED, [GONE], NOW, is_asked_since_made=True)
        assert ours.kind is ForecastKind.NEVER_WORKED
        assert forecast(LinkState.BROKEN, PROMISED, [GONE], NOW).kind is ForecastKind.FAILS

    def test_an_end_that_is_still_to_come_is_not_when_it_stopped(self) -> None:
        coming = replace(GONE, fails_at=TOMORROW)
        assert forecast(LinkState.BROKEN, PROMISED, [coming], NOW).kind is ForecastKind.FAILS


def test_a_url_that_the_store_refuses_for_its_length_never_worked() -> None:
    url = v4(lifetime=2_592_000)
    answer = refused(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week")
    judgement = judge(facts(url), answer, NOW)
    found = forecast(LinkState(judgement.verdict.value), url.expires_at, judgement.findings, NOW)
    assert found.kind is ForecastKind.NEVER_WORKED


def test_no_warning_and_nothing_that_changes_is_counted_as_refused_from_the_start() -> None:
    changing = {Code.SIGNATURE_ENDED, Code.KEY_UNKNOWN, Code.KEY_INACTIVE, Code.PERMISSION_LOST, Code.OBJECT_MISSING}
    assert not REFUSED_FROM_THE_START & changing
