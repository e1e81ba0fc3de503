import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from links.domain.findings import Code, Verdict
from links.services.pasted import scan_files as module
from links.services.pasted.scan_files import STANDARD_INPUT, FileScan, scan_files

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SIGNATURE = "0123456789abcdef" * 4


def sign(
    name: str = "report.pdf", at: datetime = NOW - timedelta(days=1), lifetime: int = 3_600, token: str = ""
) -> str:
    return (
        f"https://files.s3.eu-central-1.amazonaws.com/{name}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F{at:%Y%m%d}%2Feu-central-1%2Fs3%2Faws4_request"
        f"&X-Amz-Date={at:%Y%m%dT%H%M%SZ}&X-Amz-Expires={lifetime}{token}&X-Amz-SignedHeaders=host"
        f"&X-Amz-Signature={SIGNATURE}"
    )


def scan_text(text: str | bytes) -> FileScan:
    return scan_files([STANDARD_INPUT], io.BytesIO(text.encode() if isinstance(text, str) else text), NOW)


def test_each_url_is_judged_without_asking() -> None:
    scan = scan_text(
        f"\n{sign()}\n{sign('b', NOW)}\n{sign('c', NOW, token='&X-Amz-Security-Token=abc').replace('AKIA', 'ASIA')}\n"
    )
    told = [(url.line, url.verdict, [finding.code for finding in url.findings]) for url in scan.urls]
    assert told == [
        (2, Verdict.BROKEN, [Code.SIGNATURE_ENDED]),
        (3, Verdict.HEALTHY, []),
        (4, Verdict.AT_RISK, [Code.TEMPORARY_CREDENTIALS]),
    ]
    assert scan.has_findings


def test_what_works_is_no_finding() -> None:
    assert not scan_text(sign("b", NOW)).has_findings
    assert not scan_text("nothing at all").has_findings


def test_nothing_that_is_kept_holds_a_secret() -> None:
    token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"
    told = repr(scan_text(sign(token=f"&X-Amz-Security-Token={token}") + "\n" + sign().replace("=", "%%3D")))
    assert SIGNATURE not in told
    assert token not in told


def test_a_url_inside_another_is_taken_out_whoever_put_it_there() -> None:
    once = quote(sign(), safe="")
    for inner in (once, quote(once, safe="")):
        (url,) = scan_text(f"https://tracker.example.com/r?u={inner}").urls
        assert (url.host, url.verdict) == ("files.s3.eu-central-1.amazonaws.com", Verdict.BROKEN)


def test_the_same_url_again_is_counted() -> None:
    (url,) = scan_text(f"{sign()}\n" * 7).urls
    assert (url.line, url.times) == (1, 7)


@pytest.mark.parametrize(
    "text",
    [
        'f"https://{bucket}.s3.amazonaws.com/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature={signature}"',
        "https://${bucket}.s3.amazonaws.com/k?AWSAccessKeyId=${id}&Signature=${signature}&Expires=1",
        "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=",
        "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&...&X-Amz-Signature=abc",
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAX&X-Amz-Signature=<signature>",
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAX&X-Amz-Signature=REDACTED",
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAX&X-Amz-Signature=***",
        "https://example.com/sign-in?token=0f3c1d2e&page=2",
    ],
)
def test_patterns_and_what_was_masked_are_left_alone(text: str) -> None:
    assert scan_text(text).urls == []


def test_a_url_across_two_blocks_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in ((1 << 20) - 65_600, (1 << 20) - 65_100, (1 << 20) - 300):
        (url,) = scan_text("x\n" * (before // 2) + "'" + sign() + "'").urls
        assert (url.line, url.verdict) == (before // 2 + 1, Verdict.BROKEN)


def test_a_mailbox_is_read_across_blocks() -> None:
    part = "From x\nContent-Transfer-Encoding: quoted-printable\n\n"
    url = sign().replace("=", "=3D")
    lines = "=\n".join(url[at : at + 70] for at in range(0, len(url), 70))
    scan = scan_text((part + "word \n" * 3_000 + lines + "\n") * 60)
    assert [found.times for found in scan.urls] == [60]
    assert scan.urls[0].findings[0].code is Code.SIGNATURE_ENDED
    assert scan.urls[0].line == 3_004


def test_calls_count_in_the_languages_that_they_are_written_in(tmp_path: Path) -> None:
    call = "s3.generate_presigned_url('get_object', {}, 864000)\n"
    (tmp_path / "a.py").write_text(call)
    (tmp_path / "a.txt").write_text(call)
    (tmp_path / "a.ts").write_text("getSignedUrl(client, command, {expiresIn: 50000});\n")
    (tmp_path / "long.py").write_text(call + "#" * module.MAX_SOURCE_BYTES)
    scan = scan_files([tmp_path], io.BytesIO(), NOW)
    assert [(found.path.name, found.call.seconds) for found in scan.calls] == [("a.py", 864_000), ("a.ts", 50_000)]
    assert scan.has_findings
    (tmp_path / "a.py").unlink()
    assert not scan_files([tmp_path], io.BytesIO(), NOW).has_findings


def test_a_file_with_too_many_is_not_judged_to_its_end_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TEXTS_PER_FILE", 3)
    scan = scan_text("\n".join(sign(str(number), NOW) for number in range(10)))
    assert (len(scan.urls), scan.left_out, scan.has_findings) == (3, 7, True)


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "closed").touch()
    monkeypatch.setattr(Path, "open", refuse)
    scan = scan_files([tmp_path], io.BytesIO(), NOW)
    assert [(each.path.name, each.reason) for each in scan.unread] == [("closed", "Permission denied")]
    assert scan.has_findings


def test_memory_does_not_grow_with_the_file() -> None:
    def measure(megabytes: int) -> int:
        stream = io.BytesIO(b"x" * (megabytes << 20))
        tracemalloc.start()
        scan_files([STANDARD_INPUT], stream, NOW)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert measure(12) < measure(3) + (2 << 20)
