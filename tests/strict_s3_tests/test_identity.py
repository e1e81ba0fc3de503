"""STS's GetCallerIdentity and IAM's ListAccessKeys."""

import re
from datetime import timedelta

import pytest

from tests.strict_s3 import AccessKey, Caller, Session, StrictS3, Wording

from .asking import NOON, Clock, Reply, ask, signed_headers

IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
KEYS = b"Action=ListAccessKeys&Version=2010-05-08"


def asked(
    s3: StrictS3,
    credential: AccessKey | Session,
    body: bytes = IDENTITY,
    *,
    service: str = "sts",
    region: str = "us-east-1",
    early: timedelta = timedelta(),
) -> Reply:
    at = s3.now() - early
    headers = signed_headers(s3, credential, "/", method="POST", region=region, service=service, at=at, body=body)
    return ask(s3.url, "POST", headers, body)


def refusal(code: str, message: str, reply: Reply) -> str:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n'
        "  <Error>\n"
        "    <Type>Sender</Type>\n"
        f"    <Code>{code}</Code>\n"
        f"    <Message>{message}</Message>\n"
        "  </Error>\n"
        f"  <RequestId>{reply.headers['x-amzn-requestid']}</RequestId>\n"
        "</ErrorResponse>\n"
    )


def assert_refused(reply: Reply, code: str, message: str, status: int = 403) -> None:
    assert (reply.status, reply.body.decode()) == (status, refusal(code, message, reply))
    assert reply.headers["Content-Type"] == "text/xml"
    assert "Content-Length" in reply.headers


def test_a_user_is_named_word_for_word(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    reply = asked(s3, key)
    assert re.fullmatch("AIDA[A-Z2-7]{16}", user.user_id)
    assert (reply.status, reply.body.decode()) == (
        200,
        (
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n'
            "  <GetCallerIdentityResult>\n"
            "    <Arn>arn:aws:iam::123456789012:user/share</Arn>\n"
            f"    <UserId>{user.user_id}</UserId>\n"
            "    <Account>123456789012</Account>\n"
            "  </GetCallerIdentityResult>\n"
            "  <ResponseMetadata>\n"
            f"    <RequestId>{reply.headers['x-amzn-requestid']}</RequestId>\n"
            "  </ResponseMetadata>\n"
            "</GetCallerIdentityResponse>\n"
        ),
    )


def test_every_kind_of_caller_has_its_arn(s3: StrictS3, user: Caller) -> None:
    credentials: list[AccessKey | Session] = [
        s3.add_root_key(),
        s3.assume_role("app", "session"),
        s3.federate("Bob"),
        s3.user_session(user),
    ]
    bodies = [asked(s3, credential).body.decode() for credential in credentials]
    assert [re.findall("<Arn>(.*)</Arn>", body)[0] for body in bodies] == [
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/app/session",
        "arn:aws:sts::123456789012:federated-user/Bob",
        "arn:aws:iam::123456789012:user/share",
    ]
    root, role, federated, session = (re.findall("<UserId>(.*)</UserId>", body)[0] for body in bodies)
    assert (root, federated, session) == ("123456789012", "123456789012:Bob", user.user_id)
    assert re.fullmatch("AROA[A-Z2-7]{16}:session", role)


def test_unknown_keys_and_tokens_are_invalid(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    invalid = ("InvalidClientTokenId", "The security token included in the request is invalid")
    key.active = False
    assert_refused(asked(s3, key), *invalid)
    s3.delete_key(key.id)
    assert_refused(asked(s3, key), *invalid)
    session = s3.assume_role("app", "session")
    tokenless = AccessKey(session.id, session.secret, session.caller, NOON)
    assert_refused(asked(s3, tokenless), *invalid)
    session.old = True
    assert_refused(asked(s3, session), *invalid)


def test_an_ended_session_is_expired_with_403(s3: StrictS3, clock: Clock) -> None:
    session = s3.assume_role("app", "session", ends_at=NOON + timedelta(hours=1))
    clock.turn(hours=1)
    message = "The security token included in the request is expired"
    assert_refused(asked(s3, session), "ExpiredToken", message)


def test_a_wrong_secret_does_not_match_in_sts_words(s3: StrictS3, key: AccessKey) -> None:
    wrong = AccessKey(key.id, "wrong", key.caller, NOON)
    assert_refused(
        asked(s3, wrong),
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method. Consult the service documentation for details.",
    )


@pytest.mark.parametrize(
    ("region", "service", "message"),
    [
        ("nowhere", "sts", "Credential should be scoped to a valid region. "),
        ("us-east-1", "s3", "Credential should be scoped to correct service: 'sts'. "),
        (
            "nowhere",
            "s3",
            "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. ",
        ),
    ],
)
def test_a_wrong_scope_is_told(s3: StrictS3, key: AccessKey, region: str, service: str, message: str) -> None:
    assert_refused(asked(s3, key, region=region, service=service), "SignatureDoesNotMatch", message)


def test_a_wrong_clock_looks_like_a_wrong_secret(s3: StrictS3, key: AccessKey) -> None:
    assert_refused(
        asked(s3, key, early=timedelta(minutes=90)),
        "SignatureDoesNotMatch",
        "Signature expired: 20260329T103000Z is now earlier than 20260329T114500Z (20260329T120000Z - 15 min.)",
    )
    assert_refused(
        asked(s3, key, early=-timedelta(minutes=90)),
        "SignatureDoesNotMatch",
        "Signature not yet current: 20260329T133000Z is still later than 20260329T121500Z (20260329T120000Z + 15 min.)",
    )


def test_a_request_must_be_signed_dated_and_known(s3: StrictS3, key: AccessKey) -> None:
    message = "Request is missing Authentication Token"
    assert_refused(ask(s3.url, "POST", body=IDENTITY), "MissingAuthenticationToken", message)
    headers = signed_headers(s3, key, "/", method="POST", service="sts", body=IDENTITY)
    del headers["x-amz-date"]
    message = "AWS authentication requires a valid Date or x-amz-date header"
    assert_refused(ask(s3.url, "POST", headers, IDENTITY), "IncompleteSignature", message, 400)
    message = "Could not find operation AssumeRole"
    assert_refused(asked(s3, key, b"Action=AssumeRole"), "InvalidAction", message, 400)


def test_a_body_that_was_changed_does_not_match(s3: StrictS3, key: AccessKey) -> None:
    headers = signed_headers(s3, key, "/", method="POST", service="sts", body=b"something else")
    assert ask(s3.url, "POST", headers, IDENTITY).code == "SignatureDoesNotMatch"


def test_a_store_may_have_no_identity_service(s3: StrictS3, key: AccessKey) -> None:
    s3.identity_service = False
    reply = asked(s3, key)
    assert (reply.status, reply.code) == (405, "MethodNotAllowed")


# IAM


def test_access_keys_are_listed_to_who_may(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    user.allow("iam:ListAccessKeys")
    key.active = False
    second = s3.add_key(user)
    s3.add_key(s3.add_user("other"))
    reply = asked(s3, second, KEYS, service="iam")
    text = reply.body.decode()
    assert reply.status == 200
    assert text.startswith('<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">')
    assert re.findall("<AccessKeyId>(.*)</AccessKeyId>", text) == [key.id, second.id]
    assert re.findall("<Status>(.*)</Status>", text) == ["Inactive", "Active"]


def test_access_keys_are_not_listed_unless_allowed(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    reply = asked(s3, key, KEYS, service="iam")
    assert (reply.status, reply.code) == (403, "AccessDenied")
    assert (
        "User: arn:aws:iam::123456789012:user/share is not authorized to perform: iam:ListAccessKeys on resource: "
        "user share because no identity-based policy allows the iam:ListAccessKeys action"
    ) in reply.body.decode()
    user.allow("iam:ListAccessKeys")
    user.deny("iam:ListAccessKeys", wording=Wording.IDENTITY_DENY)
    assert "with an explicit deny" in asked(s3, key, KEYS, service="iam").body.decode()


def test_access_keys_of_nobody_are_no_such_entity(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    user.allow("iam:*")
    reply = asked(s3, key, KEYS + b"&UserName=nobody", service="iam")
    assert (reply.status, reply.code) == (404, "NoSuchEntity")


def test_a_signature_for_sts_is_none_for_iam(s3: StrictS3, user: Caller, key: AccessKey) -> None:
    user.allow("iam:*")
    assert asked(s3, key, KEYS, service="sts").code == "SignatureDoesNotMatch"
