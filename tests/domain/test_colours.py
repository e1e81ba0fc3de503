import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.domain.colours import (
    BLACK,
    READABLE,
    WHITE,
    Colour,
    choose_text,
    contrast,
    make_readable,
    read_colour,
    write_colour,
)
from links.domain.errors import Unreadable

parts = st.integers(0, 255)
colours = st.tuples(parts, parts, parts)


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert contrast(read_colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)  # WebAIM's table


@given(colours)
def test_a_colour_that_was_written_is_read_again(colour: Colour) -> None:
    assert read_colour(write_colour(colour)) == colour


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "123456", "#12345g"])
def test_anything_else_is_no_colour(text: str) -> None:
    with pytest.raises(Unreadable, match="colour-unreadable"):
        read_colour(text)


@given(colours, colours)
def test_every_colour_has_a_shade_that_can_be_read_on_any_ground(colour: Colour, ground: Colour) -> None:
    assert contrast(make_readable(colour, ground), ground) >= READABLE
    assert contrast(choose_text(ground), ground) >= READABLE


def test_what_can_be_read_stays_as_it_is() -> None:
    assert make_readable(BLACK, WHITE) == BLACK
