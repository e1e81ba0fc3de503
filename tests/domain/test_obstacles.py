import pytest

from links.domain.errors import GateRefused, HoldfastError, KeyRefused, Unavailable
from links.domain.findings import Code
from links.domain.obstacles import name_obstacle


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unavailable("secrets-unreadable"), Code.SECRETS_UNREADABLE),
        (Unavailable("secrets-misplaced"), Code.SECRETS_MISPLACED),
        (KeyRefused("key-of-root"), Code.ROOT_KEY),
        (KeyRefused("key-of-role"), Code.NOT_AN_IAM_USER),
        (KeyRefused("key-unknown-to-store"), Code.KEY_UNKNOWN),
        (KeyRefused("key-secret-wrong"), Code.SIGNATURE_MISMATCH),
        (KeyRefused("key-pending"), Code.KEY_NOT_PROVED),
        (GateRefused("gate-token"), Code.GATE_REFUSED),
    ],
)
def test_what_keeps_a_key_from_signing_is_named(error: HoldfastError, code: Code) -> None:
    obstacle = name_obstacle(error)
    assert (obstacle.code, obstacle.reason) == (code, error.code)
