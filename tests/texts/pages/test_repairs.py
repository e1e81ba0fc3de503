import pytest
from django.utils import translation

from links.domain.pasted.repair import Repair
from links.texts.pages import repairs


@pytest.mark.parametrize("repair", Repair)
def test_every_repair_is_a_sentence_in_both_languages(repair: Repair) -> None:
    with translation.override("en"):
        assert repairs.sentence(repair).endswith(".")
    with translation.override("ja"):
        assert repairs.sentence(repair).endswith("。")
