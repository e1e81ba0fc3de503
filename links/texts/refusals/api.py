"""Why a request to the API was not done, where the reason is the request itself and not what it asks for."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

API: Mapping[Reason, tuple[Line, ...]] = {
    Reason.REQUEST_METHOD: (line(_("This address does not know the method. The header Allow names those it knows.")),),
    Reason.REQUEST_NOT_FOUND: (line(_("There is nothing here, or it is not for the owner of this token to see.")),),
    Reason.REQUEST_NOT_JSON: (line(_("The body is not valid JSON. Send one JSON document in UTF-8.")),),
    Reason.REQUEST_NOT_PERMITTED: (
        line(_("The owner of this token may not do that. Ask an administrator for a role that may.")),
    ),
    Reason.REQUEST_TOO_LARGE: (line(_("The request is too large. Send less at a time.")),),
    Reason.REQUEST_UNREADABLE: (line(_("The request could not be read. Check its address and its headers.")),),
    Reason.REQUEST_FIELDS: (line(_("Some fields cannot be used. “errors” says which, and why.")),),
    Reason.REQUEST_MEDIA_TYPE: (line(_("Send the body as JSON, with the header Content-Type: application/json.")),),
    Reason.TOKEN_NOT_ACCEPTED: (
        line(
            _(
                "Send an API token that is valid, as “Authorization: Bearer TOKEN”. Staff create tokens on the page "
                "“API tokens” of their account."
            )
        ),
    ),
    Reason.TOKEN_SCOPE_MISSING: (
        line(_("This token may not be used for that: it lacks the scope %(scope)s. Create one that has it.")),
        line(_("This token may not be used for that. Create one with the scope that the reference names.")),
    ),
    Reason.TOO_MANY_REQUESTS: (line(_("There were too many requests. Retry-After says how long to wait.")),),
    Reason.SERVER_ERROR: (
        line(_("Something went wrong on our side, and was written to the log. Try again, or ask who runs this site.")),
    ),
    Reason.DATABASE_UNAVAILABLE: (line(_("The database does not answer at the moment. Try again shortly.")),),
    Reason.IDEMPOTENCY_KEY_BUSY: (
        line(_("The same request is being done at this moment. Send it again shortly, with the same Idempotency-Key.")),
    ),
    Reason.IDEMPOTENCY_KEY_LENGTH: (
        line(_("An Idempotency-Key has between 1 and [%(most)s|200] characters, for example a UUID.")),
    ),
    Reason.IDEMPOTENCY_KEY_UNFINISHED: (
        line(
            _(
                "A request with this Idempotency-Key was begun and never finished. See whether it was done, then send "
                "it with another key if it was not."
            )
        ),
    ),
    Reason.IDEMPOTENCY_KEY_USED: (
        line(_("Another request was sent with this Idempotency-Key. Use a new key for each request.")),
    ),
    Reason.IF_MATCH_MISSING: (
        line(_("Read it first, and send its ETag as If-Match: so nothing that somebody else changed is lost.")),
    ),
    Reason.IF_MATCH_STALE: (line(_("It was changed since you read it. Read it again, then decide anew.")),),
    Reason.CURSOR_UNREADABLE: (line(_("Use the “next” of an answer as “after”, as it is, or leave it out.")),),
}
