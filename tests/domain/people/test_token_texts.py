import pytest

from links.domain.people.token_texts import read_public_id, write_token

SECRET = "s" * 43
TEXT = write_token("abcdefgh234567ij", SECRET)


def test_a_token_names_its_public_id() -> None:
    assert f"hf_abcdefgh234567ij_{SECRET}" == TEXT
    assert read_public_id(TEXT) == "abcdefgh234567ij"


@pytest.mark.parametrize(
    "text",
    ["", "hf_", TEXT[:-1], TEXT + "s", TEXT + "\n", f" {TEXT}", TEXT.upper(), "ghp" + TEXT[2:], "hf_" * 100_000,
     TEXT.replace("s", "ｓ"), TEXT.replace("a", "1")],
)  # fmt: skip
def test_what_is_no_token_has_none(text: str) -> None:
    assert read_public_id(text) is None
