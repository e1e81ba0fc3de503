"""Why no API token was made, in words that say what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

API_TOKENS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.API_TOKEN_LIFETIME: (line(_("A token lasts a day at least, and [%(days)s|366] days at most.")),),
    Reason.API_TOKEN_NAME_MISSING: (line(_("Give the token a name that says which program uses it.")),),
    Reason.API_TOKEN_OWNER_UNFIT: (
        line(
            _(
                "[%(owner)s|This person] cannot have API tokens. The account must be active, and either staff or a "
                "service account."
            )
        ),
    ),
    Reason.API_TOKEN_SCOPE_MISSING: (line(_("Choose at least one thing that the token may be used for.")),),
    Reason.API_TOKEN_SCOPE_NOT_OPEN: (
        line(
            _(
                "A token may do no more than its owner. Without a role that allows it, it cannot be used for: "
                "[%(scopes)s|this]."
            )
        ),
    ),
    Reason.SERVICE_ACCOUNT_NAME_MALFORMED: (
        line(_("A user name has letters, digits and the signs @ . + - _ only. Choose another one.")),
    ),
    Reason.SERVICE_ACCOUNT_NAME_TAKEN: (
        line(_("There is an account named [“%(name)s”|like this] already. Choose another name.")),
    ),
    Reason.SERVICE_ACCOUNT_ROLE_NOT_OPEN: (
        line(_("You can give a service account only roles that allow no more than you may do: not [%(roles)s|these].")),
    ),
    Reason.API_TOKEN_TOO_MANY: (
        line(
            _(
                "This account has [%(count)s|50] API tokens that work. Revoke one that is no longer used, then try "
                "again."
            )
        ),
    ),
}
