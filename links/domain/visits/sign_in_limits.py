"""How often a password of staff's may be tried, and from where.

A place is a browser or a network. Wrong tries for one account from one place are limited hard, with waits that grow.
Where the account signed in lately, nothing else counts: whoever tries from elsewhere, or tries other accounts from the
same network, locks nobody out. In any other place a network's tries for all accounts count, too, and softly an
account's from all places, which a stranger with many networks can use up, for a quarter of an hour at the most.
"""

from datetime import timedelta
from enum import StrEnum

from links.domain.visits.throttling import Limit


class SignInKind(StrEnum):
    SIGN_IN = "sign-in"
    PASSWORD_CHANGE = "password-change"  # noqa: S105  no password
    SINGLE_SIGN_ON = "single-sign-on"
    PROXY = "proxy"
    SECOND_FACTOR = "second-factor"
    CONFIRMATION = "confirmation"


SIGNS_IN = frozenset(SignInKind) - {SignInKind.PASSWORD_CHANGE, SignInKind.CONFIRMATION}
"""The others are done by whoever is signed in."""


class SignInOutcome(StrEnum):
    ACCEPTED = "accepted"
    WRONG = "wrong"
    PASSWORD_ONLY = "password-only"  # noqa: S105  no password
    """It was right, or the provider vouched for them, and the second step was still to be taken."""
    THROTTLED = "throttled"
    REFUSED = "refused"


# The longest first: its wait is told.
PLACE_LIMITS = (
    Limit(40, timedelta(days=1)),
    Limit(20, timedelta(hours=1)),
    Limit(10, timedelta(minutes=10)),
    Limit(5, timedelta(minutes=1)),
)
NETWORK_LIMITS = (
    Limit(200, timedelta(days=1)),
    Limit(80, timedelta(hours=1)),
    Limit(40, timedelta(minutes=10)),
    Limit(20, timedelta(minutes=1)),
)
# Who tries codes knows the password: of the six digits a hundred tries a day find one in nine years.
CODE_ACCOUNT_LIMITS = (Limit(100, timedelta(days=1)), Limit(30, timedelta(minutes=15)), Limit(10, timedelta(minutes=1)))
ACCOUNT_LIMITS = (Limit(30, timedelta(minutes=15)), Limit(10, timedelta(minutes=1)))

# Answers from the provider to a browser that was sent there: requests of ours follow.
SINGLE_SIGN_ON_LIMITS = (Limit(200, timedelta(hours=1)), Limit(20, timedelta(minutes=1)))

KNOWN_FOR = timedelta(days=60)  # after a sign-in, of its browser and its network
KEPT_FOR = timedelta(days=90)  # what was tried
MAX_USERNAME_LENGTH = 150  # characters, as in Django's accounts
