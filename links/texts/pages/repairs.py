"""What was undone to a pasted URL, in words: one sentence for each repair."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.pasted.repair import Repair


def sentence(repair: Repair) -> str:
    return gettext(_SENTENCES[repair])


_SENTENCES = {
    Repair.INVISIBLES: _("Invisible characters were removed."),
    Repair.ESCAPES: _("Backslashes of a program or a command line were removed."),
    Repair.SCHEME: _("The beginning was missing or damaged, and was corrected."),
    Repair.SURROUNDINGS: _("Text around the URL was removed."),
    Repair.LINE_BREAKS: _("It was broken into several lines. They were joined."),
    Repair.QUOTED_PRINTABLE: _("The transfer encoding of mail (quoted-printable) was decoded."),
    Repair.HTML_ENTITIES: _("“&amp;” was turned back into “&”."),
    Repair.FULL_WIDTH: _("Full-width characters were turned back into plain ones."),
    Repair.REWRITTEN_LINK: _("The URL was inside another one, of a mail or search service. It was taken out."),
    Repair.DOUBLE_ENCODING: _("It was percent-encoded more than once. That was corrected."),
    Repair.PRINTF: _("A program in Go had damaged the percent signs when it printed the URL. That was corrected."),
    Repair.PLUS_SIGNS: _("Plus signs in the signature or token, which a store reads as spaces, were encoded."),
    Repair.STRAY_BLANKS: _("Spaces inside it were removed."),
    Repair.BLANKS: _("Spaces inside the URL were encoded."),
}
