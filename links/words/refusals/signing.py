"""Why nothing was signed: what the gate and the signer refuse."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.words.lines import Line, line

GATE: Mapping[str, tuple[Line, ...]] = {
    "gate-refused": (
        line(_("The URL that was signed is not what was asked for, and was not handed out. Test the bucket.")),
    ),
    "gate-not-sigv4": (
        line(
            _(
                "The URL was not signed with Signature Version 4 and was not handed out. Check the storage's options "
                "and the server's AWS configuration."
            )
        ),
    ),
    "gate-token": (
        line(
            _(
                "The URL carries a session token and was not handed out: it would die early. Remove "
                "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN from the server's environment."
            )
        ),
    ),
    "gate-wrong-key": (
        line(
            _(
                "The URL was not signed with the bucket's key %(access_key_id)s and was not handed out. Check the "
                "storage's options and the server's AWS configuration."
            )
        ),
        line(
            _(
                "The URL was not signed with the bucket's key and was not handed out. Check the storage's options "
                "and the server's AWS configuration."
            )
        ),
    ),
    "gate-lifetime": (
        line(
            _(
                "A presigned URL must live for 1 to %(longest)s seconds, not %(seconds)s. Choose a shorter lifetime, "
                "or make a stable link."
            )
        ),
        line(
            _(
                "A presigned URL must live for 1 to 604800 seconds (7 days). Choose a shorter lifetime, or make a "
                "stable link."
            )
        ),
    ),
    "gate-wrong-host": (
        line(
            _(
                "The URL leads to %(host)s instead of %(expected)s and was not handed out. Remove AWS_ENDPOINT_URL "
                "and the like from the server's environment, and check the bucket's endpoint."
            )
        ),
        line(
            _(
                "The URL leads to another host than the bucket's and was not handed out. Remove AWS_ENDPOINT_URL and "
                "the like from the server's environment, and check the bucket's endpoint."
            )
        ),
    ),
    "gate-wrong-region": (
        line(
            _(
                "The URL was signed for the region %(region)s instead of %(expected)s and was not handed out. Check "
                "the bucket's region."
            )
        ),
        line(_("The URL was signed for another region than the bucket's and was not handed out. Check the region.")),
    ),
    "gate-wrong-object": (
        line(
            _(
                "The URL leads to another object than was asked for and was not handed out. Copy the object to a key "
                "without doubled slashes, dots between slashes or backslashes, and share the copy."
            )
        ),
    ),
    "gate-wrong-headers": (
        line(_("The URL asks for headers that no browser sends and was not handed out. Check the storage's options.")),
    ),
    "sign-method": (line(_("Only downloads (GET) are signed, not %(method)s.")), line(_("Only downloads are signed."))),
}
