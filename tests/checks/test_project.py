import pytest

from links.checks.project import check_names


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("BASEURL", "Did you mean BASE_URL?"),
        ("trusted_proxys", "Did you mean TRUSTED_PROXIES?"),
        ("X", "There are: ALERT"),
    ],
)
def test_a_name_that_there_is_not_is_an_error_that_names_the_nearest(name: str, hint: str) -> None:
    [error] = check_names(["BASE_URL", name])
    assert (error.id, error.is_serious()) == ("holdfast.E090", True)
    assert str(error.hint).startswith(hint)


def test_every_name_of_ours_is_known() -> None:
    assert check_names(["BASE_URL", "ENCRYPTION_KEYS"]) == []
