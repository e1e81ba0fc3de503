"""The one tree of errors.

    HoldfastError
    ├── Refused            what was asked for will not be done; the request has to change
    │   ├── Unreadable     the input could not be understood
    │   ├── KeyRefused     this is not a usable access key of an IAM user
    │   ├── PromiseRefused the lifetime cannot be promised; another delivery may be able to
    │   └── GateRefused    a URL came out of the signer that must not be handed out
    └── Unavailable        the store, or what we need of it, did not answer

An error carries a code and plain parameters, never a secret; `links.words.refusals` gives it a sentence.
"""

from typing import ClassVar


class HoldfastError(Exception):
    """`code` names the reason; `params` fill the gaps of its sentence and are safe to log."""

    default_code: ClassVar[str] = "failed"

    def __init__(self, code: str = "", **params: object) -> None:
        self.code = code or self.default_code
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        gaps = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({gaps})" if gaps else self.code


class Refused(HoldfastError):
    default_code = "refused"


class Unreadable(Refused):
    default_code = "unreadable"


class KeyRefused(Refused):
    default_code = "key-refused"


class PromiseRefused(Refused):
    default_code = "promise-refused"


class GateRefused(Refused):
    default_code = "gate-refused"


class Unavailable(HoldfastError):
    default_code = "unavailable"
