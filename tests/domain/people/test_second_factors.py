"""How codes are written and read."""

import pytest

from links.domain.people.second_factors import read_code, write_recovery_code, write_seed


@pytest.mark.parametrize("typed", ["abcd-efgh", " ABCD EFGH ", "ａｂｃｄ－ｅｆｇｈ", "abcd–efgh", "a b c d e f g h"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "ABCDEFGH"


def test_no_more_is_read_than_anybody_types() -> None:
    assert len(read_code("7" * 1_000_000)) == 100


def test_a_recovery_code_is_read_as_it_is_written() -> None:
    written = write_recovery_code(bytes(range(15)))
    assert [len(group) for group in written.split("-")] == [4] * 6
    assert len({write_recovery_code(bytes([first, *range(14)])) for first in range(256)}) == 256
    assert read_code(written) == written.replace("-", "")


def test_a_seed_is_written_in_base32_as_apps_take_it() -> None:
    assert write_seed(b"12345678901234567890") == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
