"""Why a pasted URL was not read, watched or rescued."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

URLS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.URL_UNREADABLE: (line(_("This is no web address. Paste the whole URL, from https:// to its end.")),),
    Reason.URL_BROKEN: (
        line(_("There is a blank or a line break inside the URL: it was broken when it was copied. Copy it again.")),
    ),
    Reason.URL_TOO_LONG: (
        line(_("The URL is [longer than %(longest)s characters|too long]. Check that only one URL was pasted.")),
    ),
    Reason.URL_OURS: (
        line(_("This is a stable link of this site (#%(link)s), which is watched already. Nothing has to be done.")),
        line(_("This is an address of this site, whose own links are watched already. Paste a presigned URL.")),
    ),
    Reason.URL_UNSIGNED: (
        line(_("This URL has no signature, so there is nothing in it that could end. Paste a presigned URL.")),
    ),
    Reason.URL_NOT_JUDGED: (
        line(
            _(
                "URLs of this kind[ (%(flavour)s)] cannot be judged. Paste one that was signed for S3, with "
                "Signature Version 4 or 2, or for CloudFront."
            )
        ),
    ),
}

MANY: Mapping[Reason, tuple[Line, ...]] = {
    Reason.LINES_MISSING: (line(_("There is nothing to watch. Paste one URL in each line.")),),
    Reason.LINES_TOO_MANY: (
        line(
            _(
                "These are [%(count)s lines, but %(most)s|more lines than] can be watched at once. Paste them in "
                "several parts."
            )
        ),
    ),
    Reason.LINE_UNREADABLE: (
        line(
            _(
                "There is more in this line than a URL. After the URL it may have a date such as 2026-12-24, and "
                "after that a note."
            )
        ),
    ),
    Reason.PROMISE_MISSING: (
        line(_("Nobody said until when this URL was promised to work. Put a date after it, or fill in the field.")),
    ),
    Reason.PROMISE_UNREADABLE: (
        line(_("[“%(text)s”|The promised end] is no date or time. Write it as in 2026-12-24 or 2026-12-24T18:00Z.")),
    ),
    Reason.URL_WATCHED: (line(_("This URL is watched already[, by link #%(link)s].")),),
    Reason.URL_REPEATED: (
        line(_("This is the same URL as in line %(line)s.")),
        line(_("This URL stands in another line too.")),
    ),
}

RESCUE: Mapping[Reason, tuple[Line, ...]] = {
    Reason.ALREADY_RESCUED: (
        line(
            _(
                "This link was already replaced [by link #%(link)s. You can show the URL again on its page|by another "
                "one]."
            )
        ),
    ),
    Reason.RESCUE_STABLE: (
        line(_("A stable link is signed at each click and does not need to be replaced. Fix the cause instead.")),
    ),
    Reason.RESCUE_REVOKED: (line(_("A revoked link has no promise left to keep. Make a new link.")),),
    Reason.RESCUE_ENDED: (line(_("The promise of this link is over. Make a new link.")),),
    Reason.RESCUE_NO_BUCKET: (
        line(
            _(
                "The object is in none of the buckets that are registered here[; it is at %(host)s]. Add its "
                "bucket with its own signing key, then replace the link."
            )
        ),
    ),
    Reason.RESCUE_OTHER_VERSION: (
        line(
            _(
                "The URL names a version[ of “%(object_key)s”] that is not the newest, so a stable link would lead "
                "to another file. Copy that version to a key of its own and make a link to it."
            )
        ),
    ),
}
