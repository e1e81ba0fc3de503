"""Second factors of staff: who must have one, and how codes are read.

An app's code is that of RFC 6238: six digits that change every 30 seconds. A recovery code is random: 120 bits, so that
a plain hash of it is kept, as of a link's token.
"""

import unicodedata
from base64 import b32encode
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

STEP_SECONDS = 30
CODE_DIGITS = 6
SEED_BYTES = 20
STEPS_AROUND = (0, -1, 1)
"""A code is typed as the next appears, and a phone's clock is some seconds off."""

RECOVERY_CODES = 10
RECOVERY_CODE_BYTES = 15
_GROUP_LENGTH = 4

MAX_CODE_LENGTH = 100  # characters, with whatever blanks somebody types
MAX_PASSKEYS = 20
MAX_NAME_LENGTH = 60
SETUP_KEPT_FOR = timedelta(hours=1)  # a seed that was shown and not confirmed yet
SECOND_STEP_WITHIN = timedelta(minutes=10)  # after the password
CONFIRMED_FOR = timedelta(minutes=15)
"""For as long nobody is asked again who they are, before pages of secrets and rights."""
FORM_OPEN_FOR = timedelta(minutes=30)
"""As long after they were asked may somebody send the form that they opened then."""

EVERYONE = "everyone"
SUPERUSERS = "superusers"
"""What `SECOND_FACTOR_ROLES` may name besides roles."""


class Factor(StrEnum):
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery-code"


def is_required(required: Collection[str], roles: Collection[str], *, is_superuser: bool) -> bool:
    """Whether somebody with these roles must have a second factor. Names are compared without regard to case."""
    named = {name.casefold() for name in required}
    held = {name.casefold() for name in roles} | {EVERYONE}
    return bool(named & held) or (is_superuser and bool(named))


def read_code(text: str) -> str:
    """What was typed, without blanks and hyphens, and its full-width signs as plain ones: a Japanese keyboard types
    those."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CODE_LENGTH])
    return "".join(sign for sign in plain if sign.isalnum()).upper()


def is_app_code(code: str) -> bool:
    return len(code) == CODE_DIGITS and code.isascii() and code.isdigit()


def count_step(now: datetime) -> int:
    """The number of the 30 seconds that run."""
    return int(now.timestamp()) // STEP_SECONDS


def write_recovery_code(random: bytes) -> str:
    """In groups of four letters and digits, none of which is taken for another: Base32 has no 0, 1 and 8."""
    signs = b32encode(random).decode().rstrip("=")
    return "-".join(signs[at : at + _GROUP_LENGTH] for at in range(0, len(signs), _GROUP_LENGTH))


def write_seed(seed: bytes) -> str:
    """For typing it into an app: Base32, in groups of four."""
    signs = b32encode(seed).decode().rstrip("=")
    return " ".join(signs[at : at + _GROUP_LENGTH] for at in range(0, len(signs), _GROUP_LENGTH))
