import pytest

from links.domain.errors import GateRefused, HoldfastError, KeyRefused, Unavailable
from links.domain.findings import Code
from links.domain.judging.signing_obstacles import name_obstacle
from links.domain.reasons import Reason


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unavailable(Reason.SECRETS_UNREADABLE), Code.SECRETS_UNREADABLE),
        (Unavailable(Reason.SECRETS_MISPLACED), Code.SECRETS_MISPLACED),
        (KeyRefused(Reason.KEY_OF_ROOT), Code.ROOT_KEY),
        (KeyRefused(Reason.KEY_OF_ROLE), Code.NOT_AN_IAM_USER),
        (KeyRefused(Reason.KEY_UNKNOWN_TO_STORE), Code.KEY_UNKNOWN),
        (KeyRefused(Reason.KEY_SECRET_WRONG), Code.SIGNATURE_MISMATCH),
        (KeyRefused(Reason.KEY_PENDING), Code.KEY_NOT_PROVED),
        (GateRefused(Reason.GATE_TOKEN), Code.GATE_REFUSED),
    ],
)
def test_what_keeps_a_key_from_signing_is_named(error: HoldfastError, code: Code) -> None:
    obstacle = name_obstacle(error)
    assert (obstacle.code, obstacle.reason) == (code, error.code)
