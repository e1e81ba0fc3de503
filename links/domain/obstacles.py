"""Why nothing could be signed, as a finding: what stops a stable link stops every customer who clicks it."""

from links.domain.errors import HoldfastError
from links.domain.facts import Obstacle
from links.domain.findings import Code

_CODES = {
    "secrets-unreadable": Code.SECRETS_UNREADABLE,
    "secrets-misplaced": Code.SECRETS_MISPLACED,
    "key-of-root": Code.ROOT_KEY,
    "key-of-role": Code.NOT_AN_IAM_USER,
    "key-of-federated-user": Code.NOT_AN_IAM_USER,
    "key-of-stranger": Code.NOT_AN_IAM_USER,
    "key-session": Code.NOT_AN_IAM_USER,
    "key-temporary": Code.NOT_AN_IAM_USER,
    "key-token": Code.NOT_AN_IAM_USER,
    "key-unknown-to-store": Code.KEY_UNKNOWN,
    "key-secret-wrong": Code.SIGNATURE_MISMATCH,
    "key-pending": Code.KEY_NOT_PROVED,
}


def name_obstacle(error: HoldfastError) -> Obstacle:
    """What is not known by name came out of the signer or its gate."""
    return Obstacle(_CODES.get(error.code, Code.GATE_REFUSED), error.code)
