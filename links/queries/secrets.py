"""Whether what is stored can be opened by ENCRYPTION_KEYS as they are now."""

from links.domain.errors import Unavailable
from links.domain.reasons import Reason
from links.models import EncryptedValue, SigningKey


def why_closed(secret: EncryptedValue) -> Reason | None:
    """Why it cannot be opened where it stands, or None where it can."""
    try:
        secret.open()
    except Unavailable as error:
        return error.reason
    return None


def list_unreadable_keys() -> list[SigningKey]:
    """The present signing keys whose secret none of ENCRYPTION_KEYS opens."""
    keys = SigningKey.objects.present().exclude(secret=None)
    return [key for key in keys if key.secret and why_closed(key.secret) is Reason.SECRETS_UNREADABLE]
