"""Answers that tell of the way to a store, and nothing of the link."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal, is_busy
from links.domain.stores.answers import Trouble

_COUNTRY = ("block access from your country", "not available in your country", "not available in your region")


def find_no_answer(refusal: Refusal) -> Finding | None:
    trouble = refusal.answer.trouble
    if trouble is None:
        return None
    if trouble is Trouble.TIMEOUT:
        return refusal.unknown(Code.STORE_OVERLOADED, what=trouble.value)
    return refusal.unknown(Code.UNREACHABLE, what=trouble.value)


def find_overload(refusal: Refusal) -> Finding | None:
    # 407 is a proxy's word about itself, and no store's.
    if refusal.answer.status == 407 or not is_busy(refusal.answer):
        return None
    return refusal.unknown(Code.STORE_OVERLOADED, what="busy")


def blame_the_way(refusal: Refusal) -> Finding:
    """Nobody knows whose word it was, unless it names itself."""
    status = refusal.answer.status
    if status and 300 <= status < 400:
        return refusal.unknown(Code.UNREACHABLE, what="redirect")
    if refusal.answer.says(*_COUNTRY):
        return refusal.unknown(Code.UNREACHABLE, what="country")
    by = refusal.answer.intermediary
    return refusal.unknown(Code.UNREACHABLE, what="proxy" if by else "stranger", by=by)
