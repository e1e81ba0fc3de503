"""Why nothing could be signed, as a finding: what stops a stable link stops every customer who clicks it."""

from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.judging.facts import Obstacle
from links.domain.reasons import Reason

_CODES = {
    Reason.SECRETS_UNREADABLE: Code.SECRETS_UNREADABLE,
    Reason.SECRETS_MISPLACED: Code.SECRETS_MISPLACED,
    Reason.KEY_OF_ROOT: Code.ROOT_KEY,
    Reason.KEY_OF_ROLE: Code.NOT_AN_IAM_USER,
    Reason.KEY_OF_FEDERATED_USER: Code.NOT_AN_IAM_USER,
    Reason.KEY_OF_STRANGER: Code.NOT_AN_IAM_USER,
    Reason.KEY_SESSION: Code.NOT_AN_IAM_USER,
    Reason.KEY_TEMPORARY: Code.NOT_AN_IAM_USER,
    Reason.KEY_TOKEN: Code.NOT_AN_IAM_USER,
    Reason.KEY_UNKNOWN_TO_STORE: Code.KEY_UNKNOWN,
    Reason.KEY_SECRET_WRONG: Code.SIGNATURE_MISMATCH,
    Reason.KEY_PENDING: Code.KEY_NOT_PROVED,
}


def name_obstacle(error: HoldfastError) -> Obstacle:
    """What is not known by name came out of the signer or its gate."""
    return Obstacle(_CODES.get(error.reason, Code.GATE_REFUSED), error.code)
