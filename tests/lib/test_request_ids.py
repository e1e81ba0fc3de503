import pytest

from links.lib.request_ids import make_request_id, read_request_id


def test_what_we_make_is_taken_as_it_is() -> None:
    made = make_request_id()
    assert read_request_id(made) == made


@pytest.mark.parametrize(
    "told",
    ["85391b93-70e3-4355-a840-a34f3ee97194", "0123456789abcdef0123456789abcdef", "ABCDEF0123456789"],
)
def test_what_proxies_make_is_taken_as_it_is(told: str) -> None:
    assert read_request_id(told) == told


@pytest.mark.parametrize(
    "told",
    [
        "",
        "short",
        "a" * 65,
        "0123456789abcde\n",
        "0123456789abcdefg",
        "q3r-Vb_2Zs9yT0aLkXw4NnEoP8cUuGdHhJjMmKiRrSs",
        "٣" * 20,
    ],
)
def test_nothing_else_is(told: str) -> None:
    assert read_request_id(told) == ""
