"""Why somebody may not share an object, in words: whom to ask stands in each of them."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

SHARING: Mapping[Reason, tuple[Line, ...]] = {
    Reason.SHARE_NOT_PERMITTED: (
        line(
            _(
                "%(person)s may not share “%(object_key)s” from the bucket “%(bucket)s”. "
                "Ask for the permission: %(askable)s."
            )
        ),
        line(
            _(
                "You may not share “%(object_key)s” from the bucket “%(bucket)s”. Choose another file, or ask for the "
                "permission: %(askable)s."
            )
        ),
        line(_("%(person)s may not share anything from the bucket “%(bucket)s”. Ask for permission: %(askable)s.")),
        line(
            _(
                "You may not share anything from the bucket “%(bucket)s”. Choose another file, or ask for "
                "permission: %(askable)s."
            )
        ),
        line(_("You may not share this file. Choose another one, or ask for the permission: %(askable)s.")),
        line(
            _("You may not share this file. Choose another one, or ask a manager or a key keeper for the permission.")
        ),
    ),
    Reason.SHARE_LIFETIME_TOO_LONG: (
        line(
            _(
                "[%(person)s|You] may share this file for at most %(days)s days from now. Choose an earlier "
                "expiry date[, or ask %(askable)s to let you share it for longer]."
            )
        ),
        line(
            _(
                "You may not share this file for that long. Choose an earlier expiry date, or ask for a longer "
                "permission."
            )
        ),
    ),
    Reason.PREFIX_MALFORMED: (line(_("This contains characters that are not text. Copy it again.")),),
    Reason.PREFIX_UNLIKELY: (
        line(
            _(
                "No name in this bucket starts with “%(prefix)s”. Enter “%(instead)s”: the names of files start "
                "without a slash or an address, and an asterisk at the end stands for nothing."
            )
        ),
        line(
            _(
                "No name in this bucket starts [with “%(prefix)s”|so]. Leave this empty for the whole bucket, or enter "
                "the beginning of the files' names, for example reports/2026/."
            )
        ),
    ),
    Reason.PREFIX_TOO_LONG: (
        line(_("This has %(length)s bytes, but a name in S3 has at most %(longest)s. Shorten it.")),
        line(_("This is longer than the 1024 bytes that a name in S3 may have. Shorten it.")),
    ),
}
