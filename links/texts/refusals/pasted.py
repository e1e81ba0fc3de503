"""Why a pasted URL was not read, watched or rescued."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

URLS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.URL_UNREADABLE: (line(_("This is not a web address. Paste the complete URL, from https:// to its end.")),),
    Reason.URL_BROKEN: (
        line(_("There is a space or a line break inside the URL: it was damaged when it was copied. Copy it again.")),
    ),
    Reason.URL_TOO_LONG: (
        line(_("The URL is [longer than %(longest)s characters|too long]. Check that only one URL was pasted.")),
    ),
    Reason.URL_OURS: (
        line(_("This is a stable link of this site (#%(link)s), which is already monitored. There is nothing to do.")),
        line(_("This is an address of this site. Its links are already monitored. Paste a presigned URL.")),
    ),
    Reason.URL_UNSIGNED: (line(_("This URL has no signature, so nothing in it can expire. Paste a presigned URL.")),),
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
    Reason.LINES_MISSING: (line(_("There is no URL to monitor. Paste one URL per line.")),),
    Reason.LINES_TOO_MANY: (
        line(
            _(
                "These are [%(count)s lines, but at most %(most)s can|too many lines. Not all of them can] "
                "be monitored at once. Paste them in several parts."
            )
        ),
    ),
    Reason.LINE_UNREADABLE: (
        line(
            _(
                "This line contains more than a URL. After the URL it may have a date such as 2026-12-24, "
                "and after that a note."
            )
        ),
    ),
    Reason.PROMISE_MISSING: (
        line(_("It is not known until when this URL was promised. Add a date after it, or fill in the field.")),
    ),
    Reason.PROMISE_UNREADABLE: (
        line(_("[“%(text)s”|The promised date] is not a date or time. Write it like 2026-12-24 or 2026-12-24T18:00Z.")),
    ),
    Reason.URL_WATCHED: (line(_("This URL is already monitored[, by link #%(link)s].")),),
    Reason.URL_REPEATED: (
        line(_("This is the same URL as in line %(line)s.")),
        line(_("This URL is in another line too.")),
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
    Reason.RESCUE_REVOKED: (line(_("A revoked link cannot be replaced. Make a new link.")),),
    Reason.RESCUE_ENDED: (line(_("This link has expired. Make a new link.")),),
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
