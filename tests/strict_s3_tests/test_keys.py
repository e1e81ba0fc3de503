"""Keys, sessions, signatures and permission."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.strict_s3 import AccessKey, Bucket, Caller, Presigner, Session, StrictS3, Wording

from .asking import NOON, Clock, Reply, ask, signed_headers

PATH = "reports/2026.pdf"
UNKNOWN_KEY = (
    "<Error><Code>InvalidAccessKeyId</Code>"
    "<Message>The AWS Access Key Id you provided does not exist in our records.</Message>"
    "<AWSAccessKeyId>{}</AWSAccessKeyId></Error>"
)
MISMATCH = (
    "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the "
    "signature you provided. Check your key and signing method.</Message>"
)


@pytest.fixture
def session(s3: StrictS3) -> Session:
    return s3.assume_role("app", "session", ends_at=NOON + timedelta(hours=6))


@pytest.fixture
def temporary(s3: StrictS3, session: Session, bucket: Bucket) -> Presigner:
    return s3.presigner(session, bucket)


def assert_unknown(reply: Reply, key_id: str) -> None:
    assert (reply.status, reply.error) == (403, UNKNOWN_KEY.format(key_id))


# Keys


@pytest.mark.parametrize("style", [Presigner.v4, Presigner.v2])
def test_a_deleted_or_inactive_key_is_unknown(
    s3: StrictS3, key: AccessKey, urls: Presigner, style: Callable[[Presigner, str], str]
) -> None:
    url = style(urls, PATH)
    key.active = False
    assert_unknown(ask(url), key.id)
    key.active = True
    assert ask(url).status == 200
    s3.delete_key(key.id)
    assert_unknown(ask(url), key.id)


def test_a_suspended_user_is_told_so(user: Caller, urls: Presigner) -> None:
    user.suspended = True
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (403, "<Error><Code>UserSuspended</Code></Error>")


def test_a_rotated_secret_does_not_match(key: AccessKey, urls: Presigner) -> None:
    url = urls.v4(PATH)
    key.secret = "rotated"
    reply = ask(url)
    assert reply.status == 403
    stamp, scope = "20260329T120000Z", "20260329/eu-central-1/s3/aws4_request"
    assert reply.error.startswith(
        f"{MISMATCH}<AWSAccessKeyId>{key.id}</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n{stamp}\n{scope}\n"
    )
    provided = url.partition("X-Amz-Signature=")[2]
    assert f"<SignatureProvided>{provided}</SignatureProvided><StringToSignBytes>41 57 53 34 2d" in reply.error
    assert f"<CanonicalRequest>GET\n/files/{PATH}\nX-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Cred" in reply.error
    assert f"\nhost:127.0.0.1:{url.split(':')[2].split('/')[0]}\n\nhost\nUNSIGNED-PAYLOAD" in reply.error
    assert reply.error.endswith("4f 41 44</CanonicalRequestBytes></Error>")


def test_a_sigv2_mismatch_has_no_canonical_request(key: AccessKey, urls: Presigner) -> None:
    url = urls.v2(PATH)
    key.secret = "rotated"
    reply = ask(url)
    assert reply.error.startswith(f"{MISMATCH}<AWSAccessKeyId>{key.id}</AWSAccessKeyId><StringToSign>GET\n\n\n")
    assert "CanonicalRequest" not in reply.error


def test_a_url_that_was_changed_does_not_match(urls: Presigner, bucket: Bucket) -> None:
    bucket.put("reports/2027.pdf", b"other")
    url = urls.v4(PATH)
    assert ask(url.replace("2026.pdf", "2027.pdf")).code == "SignatureDoesNotMatch"
    assert ask(url + "&utm_source=mail").code == "SignatureDoesNotMatch"
    assert ask(url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200")).code == "SignatureDoesNotMatch"
    assert ask(url, headers={"host": "elsewhere.example"}).code == "SignatureDoesNotMatch"
    assert ask(url, "PUT", body=b"mine").code == "SignatureDoesNotMatch"


def test_a_url_is_bound_to_its_method_and_head_has_no_body(urls: Presigner) -> None:
    reply = ask(urls.v4(PATH), "HEAD")
    assert (reply.status, reply.body) == (403, b"")
    assert ask(urls.v4(PATH, method="HEAD"), "HEAD").headers["Content-Length"] == "10"


# Sessions


def test_a_session_works_until_it_ends_and_is_then_expired(
    temporary: Presigner, session: Session, clock: Clock
) -> None:
    url = temporary.v4(PATH, 604800)
    clock.turn(hours=5, minutes=59)
    assert ask(url).status == 200
    clock.turn(minutes=1)
    reply = ask(url)
    assert (reply.status, reply.error) == (
        400,
        (
            "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>"
            f"<Token-0>{session.token}</Token-0></Error>"
        ),
    )


def test_a_sigv2_session_url_ends_with_its_session_too(temporary: Presigner, clock: Clock) -> None:
    url = temporary.v2(PATH, 604800)
    assert ask(url).status == 200
    clock.turn(hours=6)
    assert (ask(url).status, ask(url).code) == (400, "ExpiredToken")


def test_a_token_on_a_static_key_is_invalid(urls: Presigner, session: Session, key: AccessKey) -> None:
    url = urls.v4(PATH, token=session.token)
    reply = ask(url)
    assert (reply.status, reply.error) == (
        400,
        (
            "<Error><Code>InvalidToken</Code>"
            "<Message>The provided token is malformed or otherwise invalid.</Message>"
            f"<Token-0>{session.token}</Token-0></Error>"
        ),
    )
    assert ask(urls.v2(PATH, token=session.token)).code == "InvalidToken"
    key.secret = "rotated"
    assert ask(url).code == "SignatureDoesNotMatch"


def test_a_token_that_nobody_gave_is_invalid(temporary: Presigner) -> None:
    reply = ask(temporary.v4(PATH, token="made up"))
    assert (reply.status, reply.code) == (400, "InvalidToken")


def test_a_temporary_key_without_its_token_is_unknown(temporary: Presigner, session: Session) -> None:
    assert_unknown(ask(temporary.v4(PATH, token="")), session.id)


def test_a_temporary_key_with_another_token_is_unknown(s3: StrictS3, temporary: Presigner, session: Session) -> None:
    other = s3.federate("Bob")
    assert_unknown(ask(temporary.v4(PATH, token=other.token)), session.id)


def test_an_old_session_is_unknown(temporary: Presigner, session: Session) -> None:
    session.old = True
    assert_unknown(ask(temporary.v4(PATH)), session.id)


def test_the_token_comes_before_the_signature(temporary: Presigner, session: Session) -> None:
    url = temporary.v4(PATH, token="")
    session.secret = "rotated"
    assert_unknown(ask(url), session.id)


def test_temporary_keys_may_look_like_any_other(s3: StrictS3, bucket: Bucket, clock: Clock) -> None:
    session = s3.assume_role("app", "session", key_id="Q3AM3UQ867SPQQA43P2F")
    url = s3.presigner(session, bucket).v4(PATH, 604800)
    assert ask(url).status == 200
    clock.turn(hours=1)
    assert ask(url).code == "ExpiredToken"


def test_secrets_and_tokens_do_not_show_in_a_repr(session: Session, key: AccessKey, urls: Presigner) -> None:
    shown = f"{session!r} {key!r} {urls!r}"
    assert not [secret for secret in (session.secret, session.token, key.secret) if secret in shown]
    assert dataclasses.asdict(key)["secret"] == key.secret


# Permission


def denied(message: str) -> str:
    return f"<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"


@pytest.mark.parametrize(
    ("wording", "message"),
    [
        (Wording.PLAIN, "Access Denied"),
        (
            Wording.NO_POLICY,
            (
                "User: arn:aws:iam::123456789012:user/share is not authorized to perform: s3:GetObject on resource: "
                '"arn:aws:s3:::files/reports/2026.pdf" because no identity-based policy allows the s3:GetObject '
                "action"
            ),
        ),
        (
            Wording.RESOURCE_DENY,
            (
                "User: arn:aws:iam::123456789012:user/share is not authorized to perform: s3:GetObject on resource: "
                '"arn:aws:s3:::files/reports/2026.pdf" with an explicit deny in a resource-based policy'
            ),
        ),
        (
            Wording.IDENTITY_DENY,
            (
                "User: arn:aws:iam::123456789012:user/share is not authorized to perform: s3:GetObject on resource: "
                '"arn:aws:s3:::files/reports/2026.pdf" with an explicit deny in an identity-based policy'
            ),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Wording) else "",
)
def test_a_lost_permission_is_denied_in_every_wording(
    user: Caller, urls: Presigner, wording: Wording, message: str
) -> None:
    user.deny("s3:GetObject", "arn:aws:s3:::files/*", wording)
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (403, denied(message))
    user.allow("s3:GetObject")
    assert ask(urls.v4(PATH)).status == 200


def test_a_denial_covers_its_resource_only(user: Caller, urls: Presigner, bucket: Bucket) -> None:
    bucket.put("open.txt", b"")
    user.deny("s3:*", "arn:aws:s3:::files/reports/*")
    assert ask(urls.v4(PATH)).status == 403
    assert ask(urls.v4("open.txt")).status == 200


def test_the_signature_comes_before_the_permission(user: Caller, key: AccessKey, urls: Presigner) -> None:
    user.deny("s3:GetObject")
    url = urls.v4(PATH)
    key.secret = "rotated"
    assert ask(url).code == "SignatureDoesNotMatch"


def test_a_denied_bucket_tells_its_region(user: Caller, urls: Presigner) -> None:
    user.deny("s3:ListBucket")
    reply = ask(urls.v4("", parameters={"list-type": "2"}))
    assert (reply.status, reply.error) == (403, denied("Access Denied"))
    assert reply.headers["x-amz-bucket-region"] == "eu-central-1"


def test_a_policy_may_limit_the_age_of_a_signature(bucket: Bucket, urls: Presigner, clock: Clock) -> None:
    bucket.signature_age_limit = 600
    url = urls.v4(PATH)
    clock.turn(seconds=600)
    assert ask(url).status == 200
    clock.turn(seconds=1)
    assert "with an explicit deny in a resource-based policy" in ask(url).error
    bucket.policy_wording = Wording.PLAIN
    assert ask(url).error == denied("Access Denied")
    assert ask(urls.v4(PATH)).status == 200


def test_a_policy_may_refuse_from_a_date_and_until_one(bucket: Bucket, urls: Presigner, clock: Clock) -> None:
    bucket.denied_until, bucket.denied_from = clock() + timedelta(seconds=60), clock() + timedelta(seconds=120)
    url = urls.v4(PATH)
    statuses = []
    for _ in range(4):
        statuses.append(ask(url).status)
        clock.turn(seconds=40)
    assert statuses == [403, 403, 200, 403]


def test_a_policy_may_refuse_what_is_signed_in_the_query(
    s3: StrictS3, bucket: Bucket, urls: Presigner, key: AccessKey
) -> None:
    bucket.refuses_presigned = True
    assert "explicit deny in a resource-based policy" in ask(urls.v4(PATH)).error
    assert ask(urls.v2(PATH)).status == 403
    headers = signed_headers(s3, key, f"/files/{PATH}", region="eu-central-1")
    assert ask(f"{s3.url}/files/{PATH}", headers=headers).status == 200


@pytest.mark.parametrize("caller", ["*", "127.0.0.1"])
def test_a_policy_may_refuse_callers_by_address(bucket: Bucket, urls: Presigner, caller: str) -> None:
    bucket.denied_callers = {"192.0.2.1"}
    assert ask(urls.v4(PATH)).status == 200
    bucket.denied_callers = {caller}
    assert (ask(urls.v4(PATH)).status, ask(urls.v4(PATH)).code) == (403, "AccessDenied")
    assert ask(urls.v4("", parameters={"policy": ""})).status == 200


def test_nobody_reads_without_a_signature_unless_the_bucket_is_public(s3: StrictS3, bucket: Bucket) -> None:
    assert ask(f"{s3.url}/files/{PATH}").error == denied("Access Denied")
    bucket.public = True
    assert ask(f"{s3.url}/files/{PATH}").status == 200
