import pytest

from links.lib.person_names import write_full_name


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        ("健", "佐藤", "佐藤 健"),
        ("ケン", "サトウ", "サトウ ケン"),
        ("さくら", "高橋", "高橋 さくら"),
        ("민수", "김", "김 민수"),
        ("𠮷", "々", "々 𠮷"),
        ("Ken", "Sato", "Ken Sato"),
        ("José", "Núñez", "José Núñez"),
        ("健", "", "健"),
        ("", "Sato ", "Sato"),
        ("", "", ""),
    ],
)
def test_a_name_has_the_order_of_the_language_it_is_written_in(given: str, family: str, written: str) -> None:
    assert write_full_name(given, family) == written
