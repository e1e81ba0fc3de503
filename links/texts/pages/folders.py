"""How much there is in a folder of a bucket, in words."""

from django.utils.translation import gettext, ngettext

from links.texts.formatting import group_digits, join


def count_all(files: int, folders: int) -> str:
    """What a folder holds; of what it has none, nothing is said where there is the other."""
    counted = ngettext("%(count)s file", "%(count)s files", files) % {"count": group_digits(files)}
    if not folders:
        return counted
    below = ngettext("%(count)s folder", "%(count)s folders", folders) % {"count": group_digits(folders)}
    return gettext(", ").join([below, counted] if files else [below])


def count_first(files: int) -> str:
    """Of a folder that has more than what is shown."""
    text = gettext("The first %(count)s files; there are more. Search or sort to look through all of them.")
    return text % {"count": group_digits(files)}


def count_found(files: int, listed: int, *, is_whole: bool) -> str:
    """What a search found among the files that it looked through."""
    gaps = {"count": group_digits(files), "listed": group_digits(listed)}
    counted = ngettext("%(count)s of %(listed)s file", "%(count)s of %(listed)s files", listed) % gaps
    if is_whole:
        return counted
    more = gettext(
        "This folder has more files than the first %(listed)s, which were looked through. Of the others, those are "
        "found whose names begin with what you type."
    )
    return join([gettext("%(sentence)s.") % {"sentence": counted}, more % gaps])
