"""The link doctor: what it reads, what it asks, and what it makes of both."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from links.domain.errors import Unreadable
from links.domain.findings import Code, Verdict
from links.domain.pasted.urls import read_pasted
from links.domain.signed_urls.reading import Style
from links.domain.viewers import OPERATOR
from links.models import SigningKey
from links.services.pasted import doctor
from links.services.pasted.doctor import Diagnosis
from tests.fixtures import World
from tests.strict_s3 import AccessKey, Session

AWS = "https://files.s3.eu-west-1.amazonaws.com/report.pdf"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def sigv4(access_key_id: str, *, token: str = "", seconds: int = 604_800) -> str:
    more = f"&X-Amz-Security-Token={token}" if token else ""
    return (
        f"{AWS}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={access_key_id}%2F20260301%2Feu-west-1%2Fs3%2F"
        f"aws4_request&X-Amz-Date=20260301T110000Z&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host{more}"
        f"&X-Amz-Signature={'0' * 64}"
    )


def codes(diagnosis: Diagnosis) -> list[Code]:
    return [finding.code for finding in diagnosis.judgement.findings]


def test_a_url_of_temporary_credentials_is_at_risk_and_says_by_when_it_dies(db: None) -> None:
    diagnosis = doctor.check_url(read_pasted(sigv4("ASIAIOSFODNN7EXAMPLE", token="FwoG")), OPERATOR, now=NOW)
    assert (diagnosis.url.style, diagnosis.credential_kind) == (Style.SIGV4, "temporary")
    assert diagnosis.judgement.verdict is Verdict.AT_RISK
    assert codes(diagnosis) == [Code.TEMPORARY_CREDENTIALS]
    assert diagnosis.judgement.fails_at == NOW - timedelta(hours=1) + timedelta(hours=36)
    assert diagnosis.answer is None


def test_a_promise_that_the_signature_cannot_keep_is_foreseen(db: None) -> None:
    diagnosis = doctor.check_url(
        read_pasted(sigv4("AKIAIOSFODNN7EXAMPLE")), OPERATOR, promised_until=NOW + timedelta(days=30), now=NOW
    )
    assert codes(diagnosis) == [Code.SIGNATURE_ENDS_EARLY]
    assert diagnosis.judgement.fails_at == NOW - timedelta(hours=1) + timedelta(days=7)


@pytest.mark.parametrize(
    ("url", "code", "verdict"),
    [
        (sigv4("ASIAIOSFODNN7EXAMPLE"), Code.TEMPORARY_KEY_WITHOUT_TOKEN, Verdict.BROKEN),
        (sigv4("AKIAIOSFODNN7EXAMPLE", token="FwoG"), Code.MIXED_CREDENTIALS, Verdict.BROKEN),
        (sigv4("AKIAIOSFODNN7EXAMPLE", seconds=604_801), Code.LONGER_THAN_SEVEN_DAYS, Verdict.BROKEN),
        (sigv4("AKIAIOSFODNN7EXAMPLE", seconds=3_600), Code.SIGNATURE_ENDED, Verdict.BROKEN),
        (
            f"{AWS}?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1790000000",
            Code.LEGACY_SIGNATURE,
            Verdict.AT_RISK,
        ),
    ],
)
def test_what_can_be_read_is_judged_unasked(db: None, url: str, code: Code, verdict: Verdict) -> None:
    diagnosis = doctor.check_url(read_pasted(url), OPERATOR, now=NOW)
    assert code in codes(diagnosis)
    assert diagnosis.judgement.verdict is verdict


def test_nothing_wrong_to_be_seen_is_healthy(db: None) -> None:
    diagnosis = doctor.check_url(read_pasted(f"  {sigv4('AKIAIOSFODNN7EXAMPLE')} \n"), OPERATOR, now=NOW)
    assert (diagnosis.judgement.verdict, diagnosis.credential_kind) == (Verdict.HEALTHY, "unproved")


def test_only_a_proved_key_of_ours_is_called_an_iam_users(world: World) -> None:
    url = sigv4(world.access.id)
    assert doctor.check_url(read_pasted(url), OPERATOR, now=NOW).credential_kind == "iam-user-key"
    SigningKey.objects.update(state="unproved")
    assert doctor.check_url(read_pasted(url), OPERATOR, now=NOW).credential_kind == "unproved"


@pytest.mark.parametrize(
    ("url", "style"),
    [
        (AWS, Style.UNSIGNED),
        (f"{AWS}?Policy=eyJ9&Signature=abc&Key-Pair-Id=K2JCJMDEHXQW5F", Style.CLOUDFRONT),
        ("https://files.blob.core.windows.net/a?sv=2020&se=2027-01-01T00:00:00Z&sig=abc", Style.OTHER),
    ],
)
def test_styles_without_an_access_key_have_no_credential_kind(db: None, url: str, style: Style) -> None:
    diagnosis = doctor.check_url(read_pasted(url), OPERATOR, now=NOW)
    assert (diagnosis.url.style, diagnosis.credential_kind) == (style, None)


def test_what_is_no_url_is_unreadable(db: None) -> None:
    with pytest.raises(Unreadable):
        doctor.check_url(read_pasted("no address"), OPERATOR, now=NOW)


# Asking ---------------------------------------------------------------------------------------------------------


def ask(world: World, credential: AccessKey | Session, key: str = "report.pdf", suffix: str = "") -> Diagnosis:
    url = world.s3.presigner(credential, world.store).v4(key) + suffix
    return doctor.check_url(read_pasted(url), OPERATOR, ask=True, now=world.clock())


def test_a_living_url_is_healthy(world: World) -> None:
    diagnosis = ask(world, world.access)
    assert diagnosis.judgement.verdict is Verdict.HEALTHY
    assert diagnosis.answer is not None
    assert diagnosis.answer.served


def test_a_dead_url_is_told_why(world: World) -> None:
    session = world.s3.assume_role("app", "s", ends_at=world.clock())
    assert codes(ask(world, session)) == [Code.TEMPORARY_CREDENTIALS_ENDED]
    assert codes(ask(world, world.access, "absent.pdf")) == [Code.OBJECT_MISSING]
    assert codes(ask(world, world.access, suffix="&utm_source=mail")) == [Code.URL_CHANGED]
    world.s3.delete_key(world.access.id)
    assert codes(ask(world, world.access)) == [Code.KEY_UNKNOWN]


def test_a_host_that_we_do_not_ask_is_unknown(db: None) -> None:
    url = sigv4("AKIAIOSFODNN7EXAMPLE").replace("files.s3.eu-west-1.amazonaws.com", "169.254.169.254")
    assert doctor.check_url(read_pasted(url), OPERATOR, ask=True, now=NOW).judgement.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("may_list", [True, False])
def test_a_missing_object_is_looked_for_under_its_other_names_where_its_bucket_is_ours(
    world: World, *, may_list: bool
) -> None:
    world.store.put("plans/Q3 report.pdf", b"x")
    if not may_list:
        world.user.deny("s3:ListBucket")
    (finding,) = ask(world, world.access, "plans/Q3+report.pdf").judgement.findings
    assert (finding.code, finding.params["found_as"]) == (Code.OBJECT_MISSING, "plans/Q3 report.pdf")


def test_nothing_is_looked_for_that_the_reader_may_not_share(world: World) -> None:
    world.store.put("plans/Q3 report.pdf", b"x")
    url = world.s3.presigner(world.access, world.store).v4("plans/Q3+report.pdf")
    stranger = User.objects.create_user("mika")
    diagnosis = doctor.check_url(read_pasted(url), stranger, ask=True, now=world.clock())
    assert [finding.params.get("found_as") for finding in diagnosis.judgement.findings] == [""]
