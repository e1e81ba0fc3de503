"""Answers that tell of the way to a store, and nothing of the link."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal, is_busy
from links.domain.stores.answers import Trouble


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
    status = refusal.answer.status
    return refusal.unknown(Code.UNREACHABLE, what="redirect" if status and 300 <= status < 400 else "stranger")
