"""Every URL that is handed out comes from a per-bucket `IamUserS3Storage`: break it, and every delivery fails."""

from typing import NoReturn

import pytest

from links.domain.buckets.s3_objects import Step
from links.domain.errors import GateRefused
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING
from links.domain.visits.access import Outcome
from links.models import ShareLink
from links.s3.storage import IamUserS3Storage
from links.services.buckets import binding
from links.services.visits import clicks
from tests.fixtures import World, codes


def test_where_the_backend_is_broken_every_delivery_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stable = world.create_link()
    asked = len(world.s3.requests)

    def broken(*_args: object, **_options: object) -> NoReturn:
        raise GateRefused(Reason.GATE_WRONG_HOST, host="elsewhere", expected="here")

    monkeypatch.setattr(IamUserS3Storage, "sign", broken)
    with pytest.raises(GateRefused):
        world.create_link(lifetime="1 day", delivery=Delivery.PRESIGNED)
    assert ShareLink.objects.count() == 1
    assert clicks.follow(stable.url.rpartition("/")[2], now=world.clock()).outcome is Outcome.FAILED
    judged = world.judge(stable.link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.GATE_REFUSED])
    (step,) = binding.test_bucket(world.bucket, EVERYTHING, now=world.clock())
    assert (step.step, step.ok, step.refusal) == (Step.SIGN, False, Reason.GATE_WRONG_HOST)
    signed = [
        request for request in world.s3.requests[asked:] if "x-amz-signature" in map(str.lower, request.parameters)
    ]
    assert signed == []


def test_a_backend_that_breaks_in_an_unheard_of_way_fails_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stable = world.create_link()

    def broken(*_args: object, **_options: object) -> NoReturn:
        raise RuntimeError("unheard of")

    monkeypatch.setattr(IamUserS3Storage, "sign", broken)
    with pytest.raises(RuntimeError):
        world.presign()
    assert clicks.follow(stable.url.rpartition("/")[2], now=world.clock()).outcome is Outcome.FAILED
    assert world.judge(stable.link).judgement.verdict is Verdict.BROKEN
