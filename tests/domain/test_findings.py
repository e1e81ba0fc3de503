import pytest

from links.domain.findings import FINDING_KINDS, Code, Finding, Verdict, find_worst_verdict, first_failure
from tests.domain.builders import NOW


def test_every_code_has_its_row_and_its_subject() -> None:
    assert set(FINDING_KINDS) == set(Code)
    assert {kind.row for kind in FINDING_KINDS.values()} <= set(range(1, 54))


@pytest.mark.parametrize("fails_at", [None, NOW])
def test_a_finding_is_read_back_as_it_was_stored(fails_at: object) -> None:
    finding = Finding(Code.KEY_UNKNOWN, Verdict.BROKEN, NOW if fails_at else None, {"access_key_id": "AKIA"})
    assert Finding.from_json(finding.to_json()) == finding


def test_a_code_that_is_no_longer_known_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="of-old"):
        Finding.from_json({"code": "of-old", "verdict": "broken"})


def test_the_gravest_finding_decides() -> None:
    def weighed(*verdicts: Verdict) -> Verdict:
        return find_worst_verdict(Finding(Code.UNREACHABLE, verdict) for verdict in verdicts)

    assert weighed() is Verdict.HEALTHY
    assert weighed(Verdict.UNKNOWN) is Verdict.UNKNOWN
    assert weighed(Verdict.UNKNOWN, Verdict.AT_RISK) is Verdict.AT_RISK
    assert weighed(Verdict.AT_RISK, Verdict.BROKEN, Verdict.UNKNOWN) is Verdict.BROKEN


def test_the_first_bite_is_the_one_that_counts() -> None:
    later = Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, NOW.replace(year=2027))
    sooner = Finding(Code.ROTATION_DUE, Verdict.AT_RISK, NOW)
    assert first_failure([later, Finding(Code.LEGACY_SIGNATURE, Verdict.AT_RISK), sooner]) == NOW
    assert first_failure([]) is None
