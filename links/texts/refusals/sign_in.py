"""Why somebody was not signed in, in words that say what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

SIGN_IN: Mapping[Reason, tuple[Line, ...]] = {
    Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS: (
        line(
            _(
                "An account with your name or email address already exists here, and it is not linked to yours at "
                "[%(provider)s|the provider]. Ask an administrator of this site to link it[ to “%(subject)s” there|]."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_DENIED: (
        line(
            _(
                "The sign-in was cancelled, or [%(provider)s|the provider] does not let you use this site. Try again,"
                " or ask whoever runs [%(provider)s|the provider]."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_DISABLED: (
        line(_("Your account here was disabled. Ask an administrator of this site if you need it again.")),
    ),
    Reason.SINGLE_SIGN_ON_GROUPS_UNTOLD: (
        line(
            _(
                "[%(provider)s|The provider] did not say which groups you are in, so your role here is not known. Ask"
                " whoever runs [%(provider)s|the provider] to have it send them, as the documentation on signing in "
                "says."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_LATE: (
        line(
            _(
                "The sign-in took too long, or its answer was used already. Sign in again. If this goes on, the clock"
                " of this site or of [%(provider)s|the provider] is wrong: tell an administrator."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_NO_ROLE: (
        line(
            _(
                "You are signed in at [%(provider)s|the provider], but none of your groups there has a role here. Ask"
                " an administrator of this site which group you need, and whoever runs [%(provider)s|the provider] to"
                " add you to it."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_NOT_ASKED: (
        line(
            _(
                "[%(provider)s|The provider] did not ask you again who you are. Log out of this site and of "
                "[%(provider)s|the provider], then sign in again."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_OTHER_PERSON: (
        line(
            _(
                "[%(provider)s|The provider] named somebody else than who is signed in here, so nothing was "
                "confirmed. Log out, then sign in again as yourself."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_NOT_STARTED: (
        line(
            _(
                "This sign-in was not started in this browser, or it was more than ten minutes ago. Start again from "
                "the sign-in page, and allow cookies for this site."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_THROTTLED: (
        line(_("There were too many sign-ins from your network. Wait a minute, then sign in again.")),
    ),
    Reason.SINGLE_SIGN_ON_UNREACHABLE: (
        line(
            _(
                "[%(provider)s|The provider] does not answer at the moment. Try again in a few minutes. If it goes "
                "on, tell whoever runs it."
            )
        ),
    ),
    Reason.SINGLE_SIGN_ON_UNTRUSTED: (
        line(
            _(
                "What [%(provider)s|the provider] answered could not be trusted, so you were not signed in. Try "
                "again. If it happens again, tell an administrator of this site: the server's log says which check "
                "failed."
            )
        ),
    ),
    Reason.PROXY_USER_UNFIT: (
        line(
            _(
                "The proxy in front of this site named you [“%(username)s”|somebody], and no active staff account has"
                " that name. Ask an administrator of this site for one."
            )
        ),
    ),
}
