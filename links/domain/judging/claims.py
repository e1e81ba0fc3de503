"""Work that ended in vain: its worker was killed, or an error came of it, before anything was written down.

A row is claimed before the work begins, and each claim is counted until one is finished. So a count that stands tells
that somebody failed at this row, or at another that was claimed with it: from then on it is claimed alone.
"""

from datetime import timedelta

SET_ASIDE_AFTER = 3  # claims in vain: one with others, who may be to blame, and two alone
RETRY_AFTER = timedelta(minutes=1)  # where an error came of it: another claim at once would fail the same way
TRY_SET_ASIDE_EVERY = timedelta(hours=1)
