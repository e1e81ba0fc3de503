from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from links.admin.base.badges import Tone
from links.admin.base.charts import HEADROOM, HEIGHT, MIN_HEIGHT, SLOT, Chart, Series

DAYS = [date(2026, 3, 1) + timedelta(days=n) for n in range(3)]
SERVED = Series("Download started", Tone.GOOD, [2, 0, 1])
FAILED = Series("Failed", Tone.BAD, [2, 0, 0])


def draw(chart: Chart, **context: object) -> str:
    return render_to_string("admin/links/chart.html", {"chart": chart, "caption": "Visits per day", **context})


def test_each_day_stacks_its_counts_upon_each_other() -> None:
    chart = Chart.stacked(DAYS, [SERVED, FAILED])
    assert chart.ceiling == 5
    assert [(bar.x, bar.y, bar.height, bar.tone) for bar in chart.bars] == [
        (0, 600, 400, Tone.GOOD),
        (0, 200, 400, Tone.BAD),
        (2 * SLOT, 800, 200, Tone.GOOD),
    ]


@pytest.mark.parametrize(
    ("peak", "ceiling"),
    [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (10, 10), (11, 20), (501, 1000), (4_100_000, 5_000_000)],
)
def test_the_top_line_is_a_round_number(peak: int, ceiling: int) -> None:
    assert Chart.stacked(DAYS[:1], [Series("x", Tone.GOOD, [peak])]).ceiling == ceiling


def test_one_among_thousands_is_seen_and_nothing_leaves_the_drawing() -> None:
    counts = [("healthy", Tone.GOOD, 99_997), ("at risk", Tone.WARN, 1), ("broken", Tone.BAD, 1), ("?", Tone.UNSURE, 1)]
    bars = Chart.stacked(DAYS[:1], [Series(word, tone, [count]) for word, tone, count in counts]).bars
    assert [bar.height for bar in bars[1:]] == [MIN_HEIGHT] * 3
    assert bars[0].y <= HEIGHT
    assert bars[-1].y >= -HEADROOM


def test_a_series_that_misses_a_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one count for each day"):
        Chart.stacked(DAYS, [Series("Download started", Tone.GOOD, [1])])


def test_no_days_and_no_counts_make_an_empty_chart() -> None:
    assert Chart.stacked([], []).is_empty
    chart = Chart.stacked(DAYS, [Series("Download started", Tone.GOOD, [0, 0, 0])])
    assert chart.is_empty
    assert "Nobody has opened it yet." in draw(chart, empty="Nobody has opened it yet.")
    assert "<svg" not in draw(chart)


def test_the_drawing_has_a_title_and_its_numbers_beside_it() -> None:
    page = ET.fromstring(draw(Chart.stacked(DAYS, [SERVED, FAILED])).strip())
    (drawing,) = [svg for svg in page.iter("svg") if svg.get("role") == "img"]
    assert drawing.findtext("title") == "Visits per day"
    assert [rect.get("class") for rect in drawing.iter("rect")] == ["tone-good", "tone-bad", "tone-good"]
    rows = [[cell.text for cell in row] for row in page.iter("tr")]
    assert rows == [["Day", "Download started", "Failed"], ["3 March 2026", "1", "0"], ["2 March 2026", "0", "0"],
                    ["1 March 2026", "2", "2"]]  # fmt: skip


def test_what_it_draws_keeps_a_strict_policy() -> None:
    page = draw(Chart.stacked(DAYS, [SERVED, FAILED]))
    assert "style=" not in page
    assert "<style" not in page


def test_days_follow_the_readers_language() -> None:
    with translation.override("ja"):
        assert "3月1日" in draw(Chart.stacked(DAYS, [SERVED]))
