"""What an entry of the catalogue consists of, and the cure that several share."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from links.texts.formatting import Line, line


@dataclass(frozen=True, slots=True)
class Words:
    """A title of a few words, and lines for the sentence and the cure, the most exact first."""

    title: str
    sentences: tuple[Line, ...]
    cures: tuple[Line, ...]


SERVED_ANYWAY = line(
    _("By what it contains, it should be refused. The store accepts it anyway, but may stop doing so at any time."),
    verdict="at_risk",
)
NEW_SIGNATURE = line(
    _("Make a stable link to the same object and send it to the customer; a signature cannot be extended.")
)
