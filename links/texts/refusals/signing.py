"""Why nothing was signed: what the gate and the signer refuse."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

GATE: Mapping[Reason, tuple[Line, ...]] = {
    Reason.GATE_NOT_SIGV4: (
        line(
            _(
                "The URL was not signed with Signature Version 4 and was not given out. Check the storage's "
                "options and the server's AWS configuration."
            )
        ),
    ),
    Reason.GATE_TOKEN: (
        line(
            _(
                "The URL contains a session token and was not given out: it would stop working early. Remove "
                "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN from the server's environment."
            )
        ),
    ),
    Reason.GATE_WRONG_KEY: (
        line(
            _(
                "The URL was not signed with the bucket's key[ %(access_key_id)s] and was not given out. "
                "Check the storage's options and the server's AWS configuration."
            )
        ),
    ),
    Reason.GATE_LIFETIME: (
        line(
            _(
                "The lifetime of a presigned URL must be 1 to [%(longest)s|604800] seconds[, not "
                "%(seconds)s| (7 days)]. Choose a shorter lifetime, or make a stable link."
            )
        ),
    ),
    Reason.GATE_WRONG_HOST: (
        line(
            _(
                "The URL leads to [%(host)s instead of %(expected)s|another host than the bucket's] and was "
                "not given out. Remove AWS_ENDPOINT_URL and the like from the server's environment, and "
                "check the bucket's endpoint."
            )
        ),
    ),
    Reason.GATE_WRONG_REGION: (
        line(
            _(
                "The URL was signed for the region %(region)s instead of %(expected)s and was not given out. "
                "Check the bucket's region."
            )
        ),
        line(_("The URL was signed for another region than the bucket's and was not given out. Check the region.")),
    ),
    Reason.GATE_WRONG_OBJECT: (
        line(
            _(
                "The URL leads to another object than was asked for and was not given out. Copy the object "
                "to a key without doubled slashes, dots between slashes or backslashes, and share the copy."
            )
        ),
    ),
    Reason.GATE_WRONG_HEADERS: (
        line(_("The URL asks for headers that no browser sends and was not given out. Check the storage's options.")),
    ),
    Reason.SIGN_METHOD: (line(_("Only downloads (GET) are signed[, not %(method)s].")),),
}
