"""Work that ended in vain: its worker was killed, or an error came of it, before anything was written down.

A row is claimed before the work begins, and each claim is counted until one is finished. So a count that stands tells
that somebody failed at this row, or at another that was claimed with it: from then on it is claimed with a few others
of which the same is so, and where that is in vain, alone.
"""

from datetime import timedelta

SET_ASIDE_AFTER = 4  # claims in vain: one with others, who may be to blame, one with a few of them, and two alone
MAX_TOGETHER = 16  # of those that one claim in vain was counted for
RETRY_AFTER = timedelta(minutes=1)  # where an error came of it: another claim at once would fail the same way
TRY_SET_ASIDE_EVERY = timedelta(hours=1)


def find_group_size(suspected: int) -> int:
    """How many of so many rows, at each of which one worker failed, are claimed together: a few, so that one that kills
    its worker is soon found; and not all, for of them that is known."""
    return min(max(suspected // 4, 1), MAX_TOGETHER)
