import csv
import io
import re

import pytest

from links.lib.safe_text.spreadsheets import disarm_formula
from tests.injection.payloads import PAYLOADS

FORMULA = re.compile(r"[\s\u200b\u202e\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_cell_is_a_formula_whatever_is_written(name: str) -> None:
    for text in (PAYLOADS[name], f"={PAYLOADS[name]}", f"\ufeff ={PAYLOADS[name]}"):
        written = io.StringIO()
        csv.writer(written).writerow([disarm_formula(text), "after"])
        (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
        assert [cell for cell in row if FORMULA.match(cell)] == []
        assert row[0] in (text, f"'{text}")


@pytest.mark.parametrize("text", ["", "山田様", "PO-4711", "a=b", "'quoted", "1.5"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert disarm_formula(text) == text
