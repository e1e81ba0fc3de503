"""The words for a test of a bucket: it may have been added a moment ago, and nobody has a link to anything in it."""

import re

import pytest
from django.utils import translation

from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.findings import Code
from links.s3.boto_errors import explain_code
from links.texts.pages import bucket_tests

# Every answer of a store that means something of its own, each with a status that it comes with.
ANSWERS = [
    ("InvalidAccessKeyId", 403),
    ("InvalidAccessKeyId", 401),
    ("Unauthorized", 401),
    ("Unauthorized", 403),
    ("UserSuspended", 403),
    ("AccountProblem", 403),
    ("SignatureDoesNotMatch", 403),
    ("NoSuchBucket", 404),
    ("NoSuchKey", 404),
    ("NoSuchVersion", 404),
    ("PermanentRedirect", 301),
    ("TemporaryRedirect", 307),
    ("AuthorizationHeaderMalformed", 400),
    ("IllegalLocationConstraintException", 400),
    ("InvalidObjectState", 403),
    ("AccessDenied", 403),
    ("RequestTimeTooSkewed", 403),
    ("SlowDown", 503),
    ("InternalError", 500),
    ("KMS.DisabledException", 400),
    ("NobodyKnows", 400),
    ("", 301),
    ("", 403),
    ("", 404),
]
FOUND = sorted({explain_code(code, status) for code, status in ANSWERS} | {Code.UNREACHABLE})
PAST = re.compile(r"\blinks?\b|no longer|sent again|made anew|リンク|できなくなり|再送", re.IGNORECASE)


def test_every_finding_of_a_test_is_among_them() -> None:
    assert len(FOUND) >= 13
    assert {Code.WRONG_REGION, Code.UNREACHABLE, Code.ENCRYPTION_KEY, Code.REFUSED_OTHER} <= set(FOUND)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("region", ["", "eu-west-1"])
@pytest.mark.parametrize("object_key", ["", "a.pdf"])
@pytest.mark.parametrize("step", [Step.LIST, Step.READ])
@pytest.mark.parametrize("code", FOUND)
def test_no_finding_speaks_of_a_link_or_of_what_was(
    code: Code, step: Step, object_key: str, region: str, language: str
) -> None:
    result = StepResult(step, ok=False, reason=code, region=region, object_key=object_key, host="s3.example.com")
    with translation.override(language):
        sentence, cure = bucket_tests.explain(result, "files", "AKIAEXAMPLE")
    assert sentence.startswith("s3.example.com")
    assert cure
    assert not PAST.search(sentence + cure), (sentence, cure)
    assert "STS" not in sentence + cure


def test_a_bucket_that_lives_elsewhere_is_told_its_region() -> None:
    told = bucket_tests.explain(
        StepResult(Step.LIST, ok=False, reason=Code.WRONG_REGION, region="eu-west-1", host="s3.example.com"),
        "files",
        "",
    )
    assert told[0].endswith("The bucket is in the region eu-west-1, but another one is entered here.")
    assert told[1] == "Set the bucket's region to eu-west-1, then test it again."


def test_a_file_whose_name_may_not_be_known_is_not_said_to_be_absent() -> None:
    result = StepResult(Step.READ, ok=False, reason=Code.PERMISSION_LOST, host="s3.example.com", is_hidden=True)
    sentence, _ = bucket_tests.explain(result, "files", "AKIAEXAMPLE")
    assert "you may not share it" in sentence
    assert "not there" not in sentence
