"""Webhooks: how one stands, and the shape of its secret."""

from enum import StrEnum

SECRET_PREFIX = "whsec_"  # noqa: S105  no secret
SECRET_BYTES = 32
MAX_ADDRESS_LENGTH = 2_000
MAX_NAME_LENGTH = 100


class WebhookState(StrEnum):
    """`gone`: its server answered 410. `given-up`: nothing was taken for three days. Both until staff turn it on."""

    ON = "on"
    OFF = "off"
    GONE = "gone"
    GIVEN_UP = "given-up"
