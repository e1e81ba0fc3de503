from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from links.domain.promise.terms import TERMS
from links.texts.terms import HELP, LABELS, SEARCHED, describe


def test_every_term_has_a_name_in_both_languages() -> None:
    assert LABELS.keys() == {term.name for term in TERMS}
    assert HELP.keys() <= LABELS.keys()
    for language in ("en", "ja"):
        with translation.override(language):
            assert all(str(said) for said in (*LABELS.values(), *HELP.values(), SEARCHED))
    with translation.override("ja"):
        assert not [name for name, label in LABELS.items() if str(label).isascii()]


def test_what_a_term_is_set_to_is_said_by_its_kind() -> None:
    with translation.override("en"):
        assert [describe(value) for value in (True, False, 3, "PO-4711", "", None)] == [
            "Yes",
            "No",
            "3",
            "PO-4711",
            "",
            "",
        ]
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert describe(datetime(2026, 12, 24, 9, tzinfo=UTC)) == "24 December 2026, 18:00 JST"
    with translation.override("ja"):
        assert describe(True) == "あり"
