"""Who reads what is written to a link's owner, where no mail reaches them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.link_mails import LinkReader


def warn_maker(reader: LinkReader) -> str:
    """To whoever is about to make links, which will be theirs; "" where mail reaches them."""
    return _choose(
        reader,
        site=_(
            "You have no mail address here, so reminders and customers' requests about your links go to the "
            "alert addresses. Ask whoever manages the users to enter yours."
        ),
        nobody=_(
            "You have no mail address here, and the site has no alert addresses: nobody will be told of "
            "reminders and customers' requests about your links. Ask whoever manages the users to enter yours."
        ),
    )


def warn_importer(reader: LinkReader) -> str:
    """To whoever brings in many URLs at once: what is found wrong with them is mailed to them together."""
    return _choose(
        reader,
        site=_(
            "You have no mail address here, so what is found wrong with these URLs is sent to the alert addresses "
            "and not to you. Ask whoever manages the users to enter yours."
        ),
        nobody=_(
            "You have no mail address here, and the site has no alert addresses: nobody will be told of what is "
            "found wrong with these URLs. Ask whoever manages the users to enter yours."
        ),
    )


def warn_of_transfer(reader: LinkReader) -> str:
    """To whoever transfers links to somebody."""
    return _choose(
        reader,
        site=_("Reminders and customers' requests about it go to the alert addresses."),
        nobody=_("Nobody will be told of reminders and customers' requests about it."),
    )


def name_reader(reader: LinkReader) -> str:
    """To whom messages about a link go instead; "" where to its owner."""
    return _choose(
        reader,
        site=_("the alert addresses (no owner can be reached by mail)"),
        nobody=_("nobody (no owner can be reached by mail, and the site has no alert addresses)"),
    )


def _choose(reader: LinkReader, *, site: str, nobody: str) -> str:
    """What to say where mail does not reach the owner; "" where it does."""
    words = {LinkReader.SITE: site, LinkReader.NOBODY: nobody}
    return gettext(words[reader]) if reader in words else ""
