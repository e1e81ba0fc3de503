from datetime import UTC, datetime, timedelta

import pytest

from demo.servers import RcloneS3
from links.domain.credentials import CallerKind, KeyPair, check_caller
from links.domain.errors import KeyRefused, Refused, Unavailable
from links.domain.judging.facts import Listing
from links.s3.identity import _find_service, identify, list_keys
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.strict_s3 import AccessKey, Answer, Dropped, StrictS3


@pytest.fixture
def key(strict_s3: StrictS3) -> AccessKey:
    return strict_s3.add_key(strict_s3.add_user("share"))


def pair_of(key: AccessKey) -> KeyPair:
    return KeyPair(key.id, key.secret)


def refusal(pair: KeyPair, server: StrictS3) -> str:
    with pytest.raises((KeyRefused, Unavailable)) as refused:
        identify(pair, region="eu-central-1", endpoint=server.url)
    assert pair.secret not in str(refused.value)
    return refused.value.code


def test_an_iam_user_s_key_is_known_by_its_user(key: AccessKey, strict_s3: StrictS3) -> None:
    caller = identify(pair_of(key), region="eu-central-1", endpoint=strict_s3.url)
    assert caller is not None
    assert (caller.kind, caller.user_name) == (CallerKind.IAM_USER, "share")
    check_caller(caller)


def test_the_root_key_is_told_apart(strict_s3: StrictS3) -> None:
    caller = identify(pair_of(strict_s3.add_root_key()), endpoint=strict_s3.url)
    assert caller is not None
    with pytest.raises(KeyRefused, match="key-of-root"):
        check_caller(caller)


def test_a_key_that_the_store_does_not_know_is_refused(strict_s3: StrictS3) -> None:
    assert refusal(KeyPair("AKIANOBODYNOBODYNOBO", "secret"), strict_s3) == "key-unknown-to-store"


def test_an_inactive_key_is_unknown_to_sts(key: AccessKey, strict_s3: StrictS3) -> None:
    key.active = False
    assert refusal(pair_of(key), strict_s3) == "key-unknown-to-store"


def test_a_wrong_secret_is_told_apart_from_an_unknown_key(key: AccessKey, strict_s3: StrictS3) -> None:
    assert refusal(KeyPair(key.id, "wrong-secret"), strict_s3) == "key-secret-wrong"


@pytest.mark.parametrize("ahead", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_wrong_clock_is_not_a_wrong_secret(ahead: timedelta) -> None:
    with StrictS3(now=lambda: datetime.now(UTC) + ahead) as server:
        assert refusal(pair_of(server.add_key(server.add_user("share"))), server) == "clock-skew"


def test_a_session_that_ended_is_refused_as_a_session(key: AccessKey, strict_s3: StrictS3) -> None:
    strict_s3.identity_answer = sts_refusal("ExpiredToken", "The security token included in the request is expired")
    assert refusal(pair_of(key), strict_s3) == "key-session"


def sts_refusal(code: str, message: str, status: int = 403) -> Answer:
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return Answer(status, body.encode(), {"Content-Type": "text/xml"})


@pytest.mark.parametrize("trouble", [Dropped(), Dropped(reset=True), sts_refusal("Throttling", "Rate exceeded", 503)])
def test_a_service_that_does_not_answer_says_nothing_of_the_key(
    trouble: Answer | Dropped, key: AccessKey, strict_s3: StrictS3
) -> None:
    strict_s3.identity_answer = trouble
    assert refusal(pair_of(key), strict_s3) == "caller-unanswered"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>welcome</html>", {"Content-Type": "text/html"}),
        Answer(403, b"<html>no", {"Content-Type": "text/html"}),
        Answer(200, b"", {}),
        Answer(404, b"not found", {"Content-Type": "text/plain"}),
        Answer(400, b"<Error><Code>InvalidRequest</Code><Message>no</Message></Error>", {}),
        Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature</Message></Error>", {}),
        Answer(200, b"<ListAllMyBucketsResult></ListAllMyBucketsResult>", {}),
        Answer(501, b"<Error><Code>NotImplemented</Code><Message>no</Message></Error>", {}),
    ],
    ids=lambda answer: f"{answer.status} {answer.body.decode()[:30]}",
)
def test_an_endpoint_without_an_identity_service_leaves_the_key_unproved(
    answer: Answer, key: AccessKey, strict_s3: StrictS3
) -> None:
    strict_s3.identity_answer = answer
    assert identify(pair_of(key), endpoint=strict_s3.url) is None


@pytest.mark.parametrize("secret", [RCLONE_SECRET, "wrong"])
def test_rclone_has_no_identity_service(secret: str, rclone_s3: RcloneS3) -> None:
    assert identify(KeyPair(RCLONE_KEY_ID, secret), endpoint=rclone_s3.url) is None
    assert list_keys(KeyPair(RCLONE_KEY_ID, secret), endpoint=rclone_s3.url) is None


def test_a_store_s_own_names_prove_nothing_but_a_session_s_name_does(key: AccessKey, strict_s3: StrictS3) -> None:
    strict_s3.identity_answer = identity("arn:aws:iam:::user/share")
    assert identify(pair_of(key), endpoint=strict_s3.url) is None
    strict_s3.identity_answer = identity("arn:aws:sts:::assumed-role/app/session")
    caller = identify(pair_of(key), endpoint=strict_s3.url)
    assert caller is not None
    with pytest.raises(KeyRefused):
        check_caller(caller)


def identity(arn: str) -> Answer:
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>share</UserId><Account></Account></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
    return Answer(200, body.encode(), {"Content-Type": "text/xml"})


def test_nobody_listens(rclone_s3: RcloneS3) -> None:
    with pytest.raises(Unavailable, match="caller-unanswered"):
        identify(KeyPair("AKIA", "secret"), endpoint="http://127.0.0.1:1")
    with pytest.raises(Refused, match="endpoint-malformed"):
        identify(KeyPair("AKIA", "secret"), endpoint="nonsense")


def test_the_states_of_a_user_s_keys_are_read_where_they_may_be(key: AccessKey, strict_s3: StrictS3) -> None:
    other = strict_s3.add_key(key.caller)
    other.active = False
    assert list_keys(pair_of(key), endpoint=strict_s3.url) is None
    key.caller.allow("iam:ListAccessKeys")
    listed = list_keys(pair_of(key), endpoint=strict_s3.url)
    assert listed is not None
    assert {name: one.state for name, one in listed.items()} == {key.id: Listing.ACTIVE, other.id: Listing.INACTIVE}
    assert listed[key.id].made_at == key.created_at.replace(microsecond=0)
    assert list_keys(pair_of(key), endpoint=strict_s3.url, user_name="share") == listed


@pytest.mark.parametrize(
    ("service", "region", "endpoint", "found"),
    [
        ("sts", "eu-central-1", "", ("eu-central-1", "https://sts.eu-central-1.amazonaws.com")),
        ("sts", "cn-north-1", "", ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn")),
        ("sts", "", "https://s3.eu-west-1.amazonaws.com", ("us-east-1", "https://sts.us-east-1.amazonaws.com")),
        ("iam", "eu-central-1", "", ("us-east-1", "https://iam.amazonaws.com")),
        ("iam", "cn-northwest-1", "", ("cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn")),
        ("iam", "us-gov-east-1", "", ("us-gov-west-1", "https://iam.us-gov.amazonaws.com")),
        ("iam", "eu-central-1", "http://store.example:80/", ("eu-central-1", "http://store.example")),
    ],
)
def test_the_services_have_fixed_addresses(service: str, region: str, endpoint: str, found: tuple[str, str]) -> None:
    assert _find_service(service, region, endpoint) == found
