"""Every end that a URL states, at an endpoint whose clock is ours: served to the last second, and not one more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from botocore.signers import CloudFrontSigner

from links.domain.findings import Code, Verdict
from links.domain.judging.facts import BucketFacts, Delivery, Facts
from links.domain.judging.verdicts import judge
from links.domain.policies.statements import read_policy
from links.domain.signed_urls.reading import read
from links.s3.probe import ProbePolicy, probe
from tests.fixtures import CONTENT
from tests.strict_s3 import AccessKey, Bucket, StrictS3

SIGNED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIFETIME = timedelta(seconds=3600)
POLICY = ProbePolicy(frozenset({"127.0.0.1", "localhost"}))


@dataclass
class Scene:
    time: datetime = SIGNED_AT
    s3: StrictS3 = field(init=False)
    access: AccessKey = field(init=False)
    bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.s3 = StrictS3(now=lambda: self.time)
        self.access = self.s3.add_key(self.s3.add_user("share"))
        self.bucket = self.s3.add_bucket("files")
        self.bucket.put("a.pdf", CONTENT)


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    with scene.s3:
        yield scene


def sign_v4(scene: Scene) -> str:
    signer = scene.s3.presigner(scene.access, scene.bucket)
    return str(signer.v4("a.pdf", expires=int(LIFETIME.total_seconds()), at=SIGNED_AT))


def sign_v2(scene: Scene) -> str:
    signer = scene.s3.presigner(scene.access, scene.bucket)
    return str(signer.v2("a.pdf", expires=int(LIFETIME.total_seconds()), at=SIGNED_AT))


def sign_for_cloudfront(scene: Scene) -> str:
    pair = scene.s3.add_distribution("localhost", scene.bucket).add_key_pair()
    url = f"http://localhost:{scene.s3.port}/a.pdf"
    signer = CloudFrontSigner(pair.id, pair.sign)
    return str(signer.generate_presigned_url(url, date_less_than=SIGNED_AT + LIFETIME))


@pytest.mark.parametrize(
    ("sign", "early", "ended"),
    [
        (sign_v4, Code.SIGNATURE_ENDS_EARLY, Code.SIGNATURE_ENDED),
        (sign_v2, Code.SIGNATURE_ENDS_EARLY, Code.SIGNATURE_ENDED),
        (sign_for_cloudfront, Code.CLOUDFRONT_ENDS_EARLY, Code.CLOUDFRONT_ENDED),
    ],
)
def test_a_url_is_judged_dead_from_the_very_second_at_which_the_store_refuses_it(
    scene: Scene, sign: Callable[[Scene], str], early: Code, ended: Code
) -> None:
    url = sign(scene)
    for seconds, served in ((0, True), (3599, True), (3600, False), (3601, False)):
        scene.time = SIGNED_AT + timedelta(seconds=seconds)
        answer = probe(url, policy=POLICY, now=lambda: scene.time)
        facts = Facts(Delivery.FOREIGN, read(url), SIGNED_AT + timedelta(days=30), SIGNED_AT)
        judgement = judge(facts, answer, scene.time)
        codes = {finding.code for finding in judgement.findings}
        assert answer.served is served
        assert (early in codes, ended in codes) == (served, not served)
        assert judgement.verdict is (Verdict.AT_RISK if served else Verdict.BROKEN)
        assert judgement.fails_at == SIGNED_AT + LIFETIME
        unasked = {finding.code for finding in judge(facts, None, scene.time).findings}
        assert (early in unasked, ended in unasked) == (served, not served)


def test_a_link_is_judged_dead_from_the_very_second_at_which_the_policys_date_has_come(scene: Scene) -> None:
    scene.bucket.denied_from = SIGNED_AT + LIFETIME
    policy = read_policy(scene.bucket.policy_json() or "")
    assert policy is not None
    url = str(scene.s3.presigner(scene.access, scene.bucket).v4("a.pdf", expires=604_800, at=SIGNED_AT))
    known = Facts(
        Delivery.PRESIGNED,
        read(url),
        SIGNED_AT + timedelta(days=7),
        bucket="files",
        object_key="a.pdf",
        configuration=BucketFacts(denials=policy.denials),
    )
    for seconds, served in ((0, True), (3599, True), (3600, False), (3601, False)):
        scene.time = SIGNED_AT + timedelta(seconds=seconds)
        answer = probe(url, policy=POLICY, now=lambda: scene.time)
        judgement = judge(known, answer, scene.time)
        (finding,) = judgement.findings
        assert (answer.served, finding.code) == (served, Code.POLICY_LIMITS_TIME)
        assert judgement.verdict is (Verdict.AT_RISK if served else Verdict.BROKEN)
        assert judgement.fails_at == SIGNED_AT + LIFETIME
