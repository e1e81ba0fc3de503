import pytest

from links.lib.company_names import is_company_name


@pytest.mark.parametrize(
    "name",
    [
        "株式会社ACME", "緒方商事（株）", "㈱緒方", "有限会社 緒方", "学校法人緒方学園", "緒方製作所",
        "東都大学", "みなと銀行",
        "Example Ltd.", "ACME Inc", "Muster GmbH", "Ogata & Co.", "Ogata K.K.",
    ],
)  # fmt: skip
def test_a_name_may_say_that_it_is_a_companys(name: str) -> None:
    assert is_company_name(name)


@pytest.mark.parametrize("name", ["緒方 美香", "Mika Ogata", "Incze Ltdberg", "会社員 太郎", ""])
def test_any_other_name_may_be_a_persons(name: str) -> None:
    assert not is_company_name(name)
