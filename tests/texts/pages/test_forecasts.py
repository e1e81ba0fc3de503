from datetime import UTC, datetime

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.forecasts import Forecast, ForecastKind
from links.texts.pages import forecasts

AT = datetime(2026, 12, 1, tzinfo=UTC)
GONE = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)


@pytest.mark.parametrize("kind", ForecastKind)
def test_every_forecast_has_a_name_and_words_without_gaps(language: str, kind: ForecastKind) -> None:
    found = Forecast(kind, AT, AT, GONE)
    said = [forecasts.name(found), forecasts.brief(found), forecasts.sentence(found), forecasts.heading(found)]
    assert said[0]
    assert said[3]
    assert "%(" not in "".join(said)
    if forecasts.sentence(found):
        assert forecasts.sentence(found).endswith("。" if language == "ja" else ".")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Forecast(ForecastKind.STOPS, AT, cause=GONE), "It stops working on 1 December 2026, 00:00 UTC at the latest"),
        (Forecast(ForecastKind.STOPPED, AT, cause=GONE), "It stopped working on 1 December 2026, 00:00 UTC"),
        (Forecast(ForecastKind.NEVER_WORKED, cause=GONE), "It never worked"),
        (Forecast(ForecastKind.FAILS, cause=GONE), "It does not work"),
        (
            Forecast(ForecastKind.FAILS, None, AT, GONE),
            "It does not work. It last worked on 1 December 2026, 00:00 UTC",
        ),
    ],
)
def test_what_becomes_of_a_promise_is_said_with_its_reason(found: Forecast, said: str) -> None:
    assert forecasts.sentence(found) == f"{said}: Object is missing."


@pytest.mark.usefixtures("english")
def test_nothing_is_available_where_nobody_gets_anything() -> None:
    for kind in ForecastKind:
        assert (forecasts.heading(Forecast(kind, AT)) == "Not available") == kind.is_bad
