import ast
import json
from pathlib import Path
from xml.parsers.expat import ExpatError

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from links.domain.errors import Refused, Unavailable
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.s3 import boto_errors
from links.s3.boto_errors import ask, explain_code, read_failure


def refusal(code: str, status: int, message: str = "", **headers: str) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(response, "HeadObject")  # type: ignore[arg-type]  # as much as a store sends


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("KMS.DisabledException", 400, Code.ENCRYPTION_KEY),
        ("NoSuchBucket", 404, Code.BUCKET_MISSING),
        ("503", 503, Code.STORE_OVERLOADED),
        ("SomethingNew", 400, Code.REFUSED_OTHER),
        ("", 403, Code.REFUSED_OTHER),
        ("no-such-bucket", 404, Code.BUCKET_MISSING),
        ("InvalidAccessKey", 403, Code.KEY_UNKNOWN),
        ("Unauthorized", 401, Code.KEY_UNKNOWN),
        ("Unauthorized", 403, Code.PERMISSION_LOST),
        ("InactiveAccessKey", 403, Code.KEY_INACTIVE),
        ("Forbidden", 403, Code.PERMISSION_LOST),
        ("DownloadCapExceeded", 403, Code.ACCOUNT_BLOCKED),
        ("ThrottlingException", 400, Code.STORE_OVERLOADED),
        ("TooSoon", 429, Code.STORE_OVERLOADED),
        ("ExpiredRequest", 403, Code.CLOCK_SKEW),
    ],
)
def test_a_code_amounts_to_a_finding(code: str, status: int, reason: Code) -> None:
    assert explain_code(code, status) is reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Access Denied", Code.PERMISSION_LOST),
        ("The AWS Access Key Id you provided does not exist in our records.", Code.KEY_UNKNOWN),
        ("Request is not yet valid", Code.CLOCK_SKEW),
        ("The account has been suspended", Code.ACCOUNT_BLOCKED),
        ("User: x is not authorized to perform: kms:Decrypt on resource: y", Code.ENCRYPTION_KEY),
        ("User: x is not authorized to perform: s3:GetObject on resource: account-suspended.pdf", Code.PERMISSION_LOST),
    ],
)
def test_a_denial_is_read_in_the_light_of_its_words(message: str, reason: Code) -> None:
    assert explain_code("AccessDenied", 403, message) is reason
    assert read_failure(refusal("AccessDenied", 403, message)).reason is reason


def _ask(error: BaseException) -> object:
    def question() -> object:
        raise error

    return ask(question)


def test_no_answer_is_unreachable() -> None:
    with pytest.raises(Unavailable, match="store-unanswered") as caught:
        _ask(EndpointConnectionError(endpoint_url="http://store.example"))
    reply = read_failure(caught.value)
    assert (reply.status, reply.reason) == (None, Code.UNREACHABLE)


@pytest.mark.parametrize(
    "error",
    [
        ResponseParserError("Unable to parse response, body: topsecret"),
        RecursionError("maximum recursion depth exceeded"),
        ExpatError("topsecret"),
        UnicodeDecodeError("utf-8", b"topsecret", 0, 1, "topsecret"),
        LookupError("unknown encoding: topsecret"),
        ValueError("topsecret"),
        KeyError("topsecret"),
        TypeError("topsecret"),
        AttributeError("topsecret"),
        OverflowError("topsecret"),
        MemoryError(),
        json.JSONDecodeError("topsecret", "topsecret", 0),
    ],
)
def test_whatever_a_parser_raises_is_an_answer_that_nobody_understands(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match="store-answer-unreadable") as caught:
        _ask(error)
    assert "topsecret" not in caplog.text + str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("error", [refusal("AccessDenied", 403), Refused(Reason.ENDPOINT_PRIVATE), KeyboardInterrupt()])
def test_what_is_no_nonsense_passes(error: BaseException) -> None:
    with pytest.raises(type(error)):
        _ask(error)


def test_every_question_to_boto3_is_asked_in_that_one_place() -> None:
    """No call of an operation stands outside of `ask(lambda: ...)`."""
    for path in Path(boto_errors.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text())
        guarded = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("ask", "_read")
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_operation(node.func):
                assert node in guarded, f"{path.name}:{node.lineno}"


def _is_operation(called: ast.expr) -> bool:
    on_client = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "client"
    return on_client and isinstance(called, ast.Attribute) and called.attr != "generate_presigned_url"


def test_the_bucket_s_region_is_read_wherever_it_stands() -> None:
    by_header = refusal("301", 301, **{"x-amz-bucket-region": "eu-west-1"})
    by_words = refusal("IllegalLocationConstraintException", 400, "The unspecified location constraint is incompatible")
    assert read_failure(by_header).region == "eu-west-1"
    assert read_failure(by_words).region == "us-east-1"


def test_a_delete_marker_can_be_undone() -> None:
    assert read_failure(refusal("404", 404, **{"x-amz-delete-marker": "true"})).recoverable
