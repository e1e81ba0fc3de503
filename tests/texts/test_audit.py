"""Every act, way and kind has its words, in both languages."""

import pytest
from django.utils import translation

from links.domain.audit.acts import Act, Kind, Way
from links.texts.audit import explain_act, name_kind, name_way


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_sentence(act: Act) -> None:
    with translation.override("en"):
        english = explain_act(act.value)
    with translation.override("ja"):
        assert english not in (act.value, explain_act(act.value))


def test_ways_and_kinds_have_names() -> None:
    with translation.override("ja"):
        assert {name_way(way) for way in Way}.isdisjoint(set(Way) - {Way.API})
        assert {name_kind(kind) for kind in Kind if kind}.isdisjoint(set(Kind))


def test_an_act_of_another_version_is_shown_by_its_code() -> None:
    assert (explain_act("invented"), name_way("fax"), name_kind("thing")) == ("invented", "fax", "thing")
