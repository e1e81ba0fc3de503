"""The one tree of errors.

    HoldfastError
    ├── Refused            what was asked for will not be done; the request has to change
    │   ├── Unreadable     the input could not be understood
    │   ├── KeyRefused     this is not a usable access key of an IAM user
    │   ├── PromiseRefused the lifetime cannot be promised; another delivery may be able to
    │   └── GateRefused    a URL came out of the signer that must not be handed out
    └── Unavailable        the store, or what we need of it, did not answer

An error carries its reason and plain parameters, never a secret; `links.texts.refusals` gives it a sentence.
"""

from links.domain.reasons import Reason


class HoldfastError(Exception):
    """`params` fill the gaps of the reason's sentence and are safe to log. `sentence` is set where it is raised to
    developers of other projects, who know no reasons."""

    sentence = ""

    def __init__(self, reason: Reason, /, **params: object) -> None:
        self.reason = reason
        self.params = params
        super().__init__(self.code, params)

    @property
    def code(self) -> str:
        """The reason as it is written into JSON, logs and rows."""
        return self.reason.code

    def __str__(self) -> str:
        if self.sentence:
            return f"{self.sentence} ({self.code})"
        gaps = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({gaps})" if gaps else self.code


class Refused(HoldfastError):
    pass


class Unreadable(Refused):
    pass


class KeyRefused(Refused):
    pass


class PromiseRefused(Refused):
    pass


class GateRefused(Refused):
    pass


class Unavailable(HoldfastError):
    pass
