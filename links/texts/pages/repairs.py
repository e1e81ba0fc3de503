"""What was undone to a pasted URL, in words: one sentence for each repair."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.pasted.repair import Repair


def sentence(repair: Repair) -> str:
    return gettext(_SENTENCES[repair])


_SENTENCES = {
    Repair.INVISIBLES: _("Invisible characters were removed."),
    Repair.ESCAPES: _("Backslashes of a program or a command line were removed."),
    Repair.SCHEME: _("The beginning was missing or spoilt, and was put right."),
    Repair.SURROUNDINGS: _("What stood around the URL was cut off."),
    Repair.LINE_BREAKS: _("The lines that it was broken into were joined."),
    Repair.QUOTED_PRINTABLE: _("The transfer encoding of mail (quoted-printable) was undone."),
    Repair.HTML_ENTITIES: _("“&amp;” was turned back into “&”."),
    Repair.FULL_WIDTH: _("Full-width characters were turned back into plain ones."),
    Repair.REWRITTEN_LINK: _("The URL was taken out of one that a mail or search service had put around it."),
    Repair.DOUBLE_ENCODING: _("It was percent-encoded more than once; what was too much was undone."),
    Repair.PRINTF: _("What a program in Go had made of percent signs when it printed the URL was undone."),
    Repair.PLUS_SIGNS: _("Plus signs in the signature or token, which a store reads as blanks, were encoded."),
    Repair.STRAY_BLANKS: _("Blanks that had come into it were removed."),
    Repair.BLANKS: _("Blanks inside the URL were encoded."),
}
