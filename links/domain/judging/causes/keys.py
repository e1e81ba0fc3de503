"""Refusals that speak of the key, of its user or of the account behind them."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal
from links.domain.judging.facts import Listing
from links.domain.stores import refusal_words


def find_blocked_account(refusal: Refusal) -> Finding | None:
    unpaid = refusal.answer.status == 402 and not refusal.is_silent
    if refusal.code != refusal_words.ACCOUNT_BLOCKED and not unpaid:
        return None
    return refusal.broken(Code.ACCOUNT_BLOCKED, access_key_id=refusal.url.access_key_id)


def find_impossible_key_id(refusal: Refusal) -> Finding | None:
    """R2's words for an id of another length than its own 32 digits."""
    if not refusal.answer.says("credential access key has length"):
        return None
    return refusal.broken(Code.KEY_ID_IMPOSSIBLE, access_key_id=refusal.url.access_key_id, said="length")


def find_refused_key(refusal: Refusal) -> Finding | None:
    access_key_id = refusal.url.access_key_id
    if refusal.code == refusal_words.KEY_EXPIRED:
        return refusal.broken(Code.KEY_INACTIVE, access_key_id=access_key_id, expired="yes")
    if refusal.code in ("UserSuspended", refusal_words.KEY_INACTIVE):
        return refusal.broken(Code.KEY_INACTIVE, access_key_id=access_key_id)
    if refusal.code != refusal_words.KEY_UNKNOWN:
        return None
    if refusal.url.has_temporary_id:
        return refusal.broken(Code.TEMPORARY_KEY_WITHOUT_TOKEN, access_key_id=access_key_id)
    inactive = refusal.facts.listing_of_signer is Listing.INACTIVE
    return refusal.broken(Code.KEY_INACTIVE if inactive else Code.KEY_UNKNOWN, access_key_id=access_key_id)
