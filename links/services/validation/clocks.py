"""Clocks that differ: stores are asked again with what is in time for them, and links are judged by the right time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from links.domain.judging.facts import Delivery
from links.domain.judging.verdicts import Judgement, judge, settle_clocks
from links.s3.probe import ProbePolicy, ProbeRequest, probe_all
from links.services import store_clocks
from links.services.click_signing import OpenBuckets, was_signed_too_short
from links.services.validation.cases import Case, Clock
from links.services.validation.confirm import try_to_sign
from links.services.validation.isolation import run_isolated


def ask_in_time(cases: Sequence[Case], opened: OpenBuckets, policy: ProbePolicy, clock: Clock) -> list[Case]:
    """A store whose clock is ahead of ours takes what we sign for too old: once that is known, it is signed again, so
    that it lives for as much longer, and asked again."""
    for case in cases:
        if case.answer:
            store_clocks.learn(case.link.host, case.answer)
    late = [case for case in cases if _is_too_old(case)]
    urls = {
        case.link.pk: run_isolated(case.link.pk, "sign", partial(try_to_sign, case.link, opened), None) for case in late
    }
    signed = [case.take_url(url.text, url.signed) for case in late if (url := urls[case.link.pk])]
    answers = probe_all([ProbeRequest(case.url) for case in signed], policy=policy, now=clock)
    asked = {case.link.pk: replace(case, answer=answer) for case, answer in zip(signed, answers, strict=True)}
    return [asked.get(case.link.pk, case) for case in cases]


def _is_too_old(case: Case) -> bool:
    is_stable = case.facts.delivery is Delivery.STABLE
    if not is_stable or case.answer is None or case.answer.served or case.facts.url is None:
        return False
    return was_signed_too_short(case.facts.url, case.link.host)


def judge_in_time(case: Case, offset: timedelta | None, now: datetime) -> Judgement:
    """By the right time, as far as it is known: a clock of ours that is wrong is the site's trouble, and no link's."""
    judgement = judge(case.facts, case.answer, now + (offset or timedelta()))
    return settle_clocks(judgement, offset, case.answer.skew if case.answer else None)
