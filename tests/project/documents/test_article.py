"""The article on presigned URLs says what is true: its answers mean what it says, and its code does what it says."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from botocore import xform_name
from botocore.session import get_session
from django.core.management import get_commands
from storages.backends.s3 import S3Storage

from links.domain.findings import Code
from links.domain.signed_urls.reading import Style, read
from tests.management.running import Runner
from tests.project.documents.markdown import DOCS, Block, find_blocks, split_sections
from tests.s3.refusals.reading import NOW, find_cause, sign_v2, sign_v4
from tests.strict_s3 import StrictS3

ENGLISH = DOCS / "why-did-my-presigned-url-die.md"
JAPANESE = DOCS / "why-did-my-presigned-url-die.ja.md"
BOTH = pytest.mark.parametrize("path", [ENGLISH, JAPANESE], ids=["English", "Japanese"])

TOKEN = "&X-Amz-Security-Token=EXAMPLETOKEN"
ENDED = sign_v4(age=timedelta(hours=2))
CLOUDFRONT = (
    f"https://d111111abcdef8.cloudfront.net/a.pdf?Expires={int(NOW.timestamp()) + 3600}"
    "&Signature=abc~def_&Key-Pair-Id=K2JCJMDEHXQW5F"
)
# Which URL gets the answers of a section; of any other a healthy one, signed by an IAM user's key.
URLS: Mapping[str, str] = {
    "temporary-credentials-ended": sign_v4(key_id="ASIAIOSFODNN7EXAMPLE", extra=TOKEN),
    "a-token-that-does-not-belong-to-the-key": sign_v4(extra=TOKEN),
    "the-signature-ended": ENDED,
    "more-than-seven-days": sign_v4(lifetime=604801),
    "signature-version-2": sign_v2(),
    "the-clock": sign_v4(age=-timedelta(hours=1)),
    "cloudfront": CLOUDFRONT,
}
# Findings about what is only known where links are kept: nobody can meet them with a URL alone.
OF_THE_SITE = {
    Code.KEY_NOT_PROVED,
    Code.ROTATION_DUE,
    Code.GATE_REFUSED,
    Code.BASE_URL_CHANGED,
    Code.WATCH_STOPPED,
    Code.VALIDATION_FAILS,
    Code.SECRETS_UNREADABLE,
    Code.SECRETS_MISPLACED,
}
# Of services whose links are no signed URLs of a store.
OF_OTHER_SERVICES = {Code.LINK_REFUSED}


def read_sections(path: Path) -> Mapping[str, str]:
    return split_sections(path.read_text(encoding="utf-8"), 3)


def read_codes(section: str) -> set[Code]:
    """The findings that a section names in its last paragraph."""
    last = section.rsplit("\n\n**", 1)[-1]
    return {Code(word) for word in re.findall(r"`([a-z-]+)`", last) if word in {code.value for code in Code}}


def read_answer(block: Block) -> tuple[int, Mapping[str, str], str]:
    """Status, headers in small letters, body."""
    head, _, body = block.code.partition("\n\n")
    status, *lines = head.splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body.strip()


ANSWERS = find_blocks(ENGLISH.read_text(encoding="utf-8"), "http")


@pytest.mark.parametrize("block", ANSWERS, ids=[f"{block.section}-{index}" for index, block in enumerate(ANSWERS)])
def test_the_doctor_finds_in_each_answer_what_its_section_says(block: Block) -> None:
    status, headers, body = read_answer(block)
    cause = find_cause(URLS.get(block.section, sign_v4()), status, body, headers)
    assert cause.code in read_codes(read_sections(ENGLISH)[block.section])


def test_every_finding_that_a_url_can_meet_is_explained() -> None:
    named = {code for section in read_sections(ENGLISH).values() for code in read_codes(section)}
    assert named == set(Code) - OF_THE_SITE - OF_OTHER_SERVICES


def test_the_japanese_article_says_the_same() -> None:
    english, japanese = read_sections(ENGLISH), read_sections(JAPANESE)
    assert [read_codes(section) for section in english.values()] == [
        read_codes(section) for section in japanese.values()
    ]
    for language in ("http", "python", "sh"):
        ours, theirs = (find_blocks(path.read_text(encoding="utf-8"), language) for path in (ENGLISH, JAPANESE))
        assert [block.code for block in ours] == [block.code for block in theirs]


@BOTH
@pytest.mark.django_db(transaction=True)
def test_the_doctors_answer_is_the_one_that_is_shown(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = (
        "https://files.s3.eu-central-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261128%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261128T120000Z"
        f"&X-Amz-Expires=604800&X-Amz-SignedHeaders=host{TOKEN}&X-Amz-Signature={'0' * 64}"
    )
    with time_machine.travel(datetime(2026, 11, 28, 13, tzinfo=UTC)):
        answer = Runner(capsys, monkeypatch)("check_url", url)
    shown = find_blocks(path.read_text(encoding="utf-8"), "text")[0].code
    assert shown.strip() in answer.out


def test_what_is_shown_to_sign_by_sigv2_does_and_the_cure_does_not() -> None:
    """The blocks hold their own assertions; they sign, and ask nobody."""
    sick, cured, of_storages = (block.code for block in find_blocks(ENGLISH.read_text(encoding="utf-8"), "python"))
    signed: dict[str, str] = {}
    exec(sick, signed)
    assert read(signed["url"]).style is Style.SIGV2
    exec(cured, signed)
    url = read(signed["url"])
    assert (url.style, url.token, url.host) == (Style.SIGV4, False, "files.s3.eu-west-1.amazonaws.com")
    options: dict[str, dict[str, object]] = {}
    exec(of_storages, options)
    url = read(S3Storage(**options["OPTIONS"]).url("a.pdf"))
    assert (url.style, url.token, url.access_key_id) == (Style.SIGV4, False, "AKIAIOSFODNN7EXAMPLE")


def test_a_storage_as_shown_takes_no_token_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "EXAMPLETOKEN")
    options: dict[str, dict[str, object]] = {}
    exec(find_blocks(ENGLISH.read_text(encoding="utf-8"), "python")[2].code, options)
    shown = options["OPTIONS"]
    assert not read(S3Storage(**shown).url("a.pdf")).token
    without = {name: value for name, value in shown.items() if name not in {"security_token", "session_profile"}}
    assert read(S3Storage(**without).url("a.pdf")).token


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_as_shown_prints_what_the_store_says(strict_s3: StrictS3) -> None:
    command = next(line for line in read_commands() if line.startswith("curl") and "$URL" in line)
    answer = subprocess.run(
        ["sh", "-c", command],
        env={"URL": f"{strict_s3.url}/no-such-bucket/a.pdf", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    assert "<Code>" in answer.stdout


def test_every_call_of_the_aws_command_line_exists() -> None:
    """Held against botocore's own description of each service: the operation, and its parameters."""
    calls = [shlex.split(line) for line in read_commands() if line.startswith("aws ")]
    assert calls
    for _, service, operation, *rest in calls:
        model = get_session().get_service_model("s3" if service == "s3api" else service)
        known = {xform_name(each, "-"): model.operation_model(each) for each in model.operation_names}
        assert operation in known
        shape = known[operation].input_shape
        parameters = {f"--{xform_name(member, '-')}" for member in shape.members} if shape else set()
        assert {word for word in rest if word.startswith("--")} <= parameters


def test_every_command_of_ours_exists() -> None:
    named = re.findall(r"manage\.py (\w+)", "\n".join(read_commands()))
    assert named
    assert set(named) <= set(get_commands())


def read_commands() -> list[str]:
    blocks = find_blocks(ENGLISH.read_text(encoding="utf-8"), "sh")
    return [line for block in blocks for line in block.code.splitlines() if line]
