"""What an entry of the catalogue consists of."""

from dataclasses import dataclass

from links.words.lines import Line


@dataclass(frozen=True, slots=True)
class Words:
    """A title of a few words, and lines for the sentence and the cure, the most exact first."""

    title: str
    sentences: tuple[Line, ...]
    cures: tuple[Line, ...]
