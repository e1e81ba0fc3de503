"""Calls in source code that sign a URL, and for how long: Python by its syntax, JavaScript by pattern.

Only what the source itself says is counted: numbers, their products, `timedelta`, and names that are given one value.
"""

from dataclasses import dataclass
from datetime import timedelta

from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME

MAX_ROLE_SESSION = timedelta(hours=12)  # AWS STS API reference, AssumeRole, DurationSeconds: the longest there is


@dataclass(frozen=True, slots=True)
class PresignCall:
    """`name` is the function's, or the setting's, and `seconds` for how long it signs."""

    line: int
    name: str
    seconds: int

    @property
    def is_refused(self) -> bool:
        """No store takes such a URL."""
        return self.seconds > MAX_SIGNATURE_LIFETIME.total_seconds()

    @property
    def may_end_early(self) -> bool:
        """A role's session ends before it; the key of an IAM user does not."""
        return MAX_ROLE_SESSION.total_seconds() < self.seconds and not self.is_refused
