"""How a bucket stands, in one word, for whoever is about to choose one."""

from enum import StrEnum

from links.domain.credentials import KeyState


class BucketState(StrEnum):
    WORKS = "works"
    UNTRIED = "untried"  # no link of it was validated yet
    KEY_PENDING = "unverified-key"
    KEY_REFUSED = "key-cannot-sign"
    FAILS = "fails"  # an incident says so, of links of our own

    @property
    def may_work(self) -> bool:
        return self in (BucketState.WORKS, BucketState.UNTRIED)


def find_bucket_state(key: KeyState, *, is_replaced: bool, is_broken: bool, was_served: bool) -> BucketState:
    """`is_replaced` is the key, `is_broken` the bucket by an open incident, `was_served` a link of it."""
    if key is KeyState.PENDING:
        return BucketState.KEY_PENDING
    if is_replaced or not key.signs:
        return BucketState.KEY_REFUSED
    if is_broken:
        return BucketState.FAILS
    return BucketState.WORKS if was_served else BucketState.UNTRIED
