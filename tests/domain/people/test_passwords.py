"""Long passwords that are guessed all the same."""

import pytest

from links.domain.people.passwords import Weakness, find_weakness, list_site_words

COMMON = {"password", "password1", "qwertyuiop", "123456", "letmein", "iloveyou", "dragon"}
WORDS = list_site_words("Harbour Files 港湾", "share.kaiyo-line.example")
SITE, REPEATED, OFTEN = Weakness.SITE_WORDS, Weakness.REPEATED, Weakness.COMMON


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("password1234", OFTEN), ("passwordpassword", OFTEN), ("PasswordPassword1!", OFTEN), ("P@ssw0rd2026!", OFTEN),
        ("1234password", OFTEN), ("password-password", OFTEN), ("password1password1", OFTEN), ("letmeinletmein", OFTEN),
        ("L3tm31n!!!!!", OFTEN), ("qwertyuiop12", OFTEN), ("123456123456", OFTEN), ("！ｐａｓｓｗｏｒｄ１２３", OFTEN),
        ("tokyo1tokyo1", REPEATED), ("abcabcabcabc", REPEATED), ("aaaaaaaaaaaaa", REPEATED), ("tokyotokyo12", REPEATED),
        ("kobe kobe kobe", REPEATED),
        ("holdfast2026!", SITE), ("HoldfastHoldfast", SITE), ("H0ldf4st-admin", SITE), ("harbour-files1", SITE),
        ("harbourfiles2026", SITE), ("kaiyo-line-2026", SITE), ("share.kaiyo-line.example", SITE),
        ("港湾港湾港湾2026", SITE),
        ("holdfastpassword1234", OFTEN), ("holdfast tokyo1tokyo1", REPEATED),
        ("a door at dusk", None), ("correct horse battery", None), ("holdfast on a stormy sea", None),
        ("8361947302618", None), ("^%$#@!)(*&^%$~", None), ("dragons sleep at noon", None), ("xK9#mQ2$vL7@", None),
        ("password of nobody else", None), ("password836194730261", None), ("\0" * 0, None),
    ],
)  # fmt: skip
def test_what_counts_of_a_password_has_to_be_long_enough(password: str, weakness: Weakness | None) -> None:
    assert find_weakness(password, WORDS, COMMON, 12) is weakness


def test_the_words_of_a_site_are_those_of_its_name_and_its_address() -> None:
    assert set(WORDS) == {"holdfast", "harbourfiles港湾", "harbour", "files", "港湾", "share", "kaiyo", "line"}
    assert set(list_site_words("", "")) == {"holdfast"}
    assert set(list_site_words("A b", "192.0.2.7")) == {"holdfast"}
    assert "localhost" in list_site_words("", "localhost")
