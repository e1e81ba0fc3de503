"""Mails about links: what is written about one link, and who reads it."""

from enum import StrEnum


class LinkMailKind(StrEnum):
    ENDING = "ending"  # to the sender: the promise ends soon
    DOWNLOADED = "downloaded"  # to the sender: somebody downloaded it
    TIME_ASKED = "time-asked"  # to the sender: the customer asks for more time
    IMPORTED = "imported"  # to the sender: what is wrong with the URLs that they brought in at once
    TRANSFERRED = "transferred"  # to a colleague: these links are theirs from now on
    TIME_GRANTED = "time-granted"  # to the customer: the same URL works again


class LinkReader(StrEnum):
    """Who reads what is written to a link's owner."""

    OWNER = "owner"
    SITE = "site"  # the alert channels: no mail would reach the owner
    NOBODY = "nobody"
