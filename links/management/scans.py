"""What `scan_urls` has found, for people, for programs, and as SARIF (OASIS, version 2.1.0) for code hosts and editors.

A path may be a secret too: programs that download keep the whole URL as the name of the file.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from links.domain.findings import Verdict
from links.domain.scanning.presign_calls import PresignCall
from links.management.reports import finding_to_json, stamp
from links.services.pasted.scan_files import FileScan, FoundCall, FoundUrl
from links.texts.formatting import shown_by_command
from links.texts.pages import findings

TOO_LONG, LONGER_THAN_A_ROLE = "presigned-too-long", "presigned-longer-than-a-role"
_LEVELS: Mapping[Verdict, str] = {Verdict.BROKEN: "error", Verdict.AT_RISK: "warning"}
_SECRET_IN_A_NAME = re.compile(r"(?i)(?:\?|&|\b(?:x-amz-\w+|signature|sig|token)=).*")
_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOOL = "holdfast scan_urls"


def show_path(path: Path) -> str:
    """In one line, without what a name has of a signed URL."""
    text = _SECRET_IN_A_NAME.sub("…", path.as_posix())
    return text if text.isprintable() else ascii(text)[1:-1]


def scan_to_json(scan: FileScan) -> dict[str, object]:
    return {
        "files": scan.files,
        "verdicts": dict(Counter(url.verdict.value for url in scan.urls)),
        "urls": [_url_to_json(url) for url in scan.urls],
        "calls": [_call_to_json(found) for found in scan.calls if _rate(found.call)],
        "left_out": scan.left_out,
        "unread": [{"path": show_path(each.path), "reason": each.reason} for each in scan.unread],
    }


def _url_to_json(url: FoundUrl) -> dict[str, object]:
    return {
        "path": show_path(url.path),
        "line": url.line,
        "times": url.times,
        "style": url.style.value,
        "flavour": url.flavour or None,
        "host": url.host,
        "access_key_id": url.access_key_id or None,
        "expires_at": stamp(url.expires_at),
        "verdict": url.verdict.value,
        "findings": [finding_to_json(finding) for finding in url.findings],
    }


def _call_to_json(found: FoundCall) -> dict[str, object]:
    return {
        "path": show_path(found.path),
        "line": found.call.line,
        "call": found.call.name,
        "seconds": found.call.seconds,
        "level": _rate(found.call),
        "sentence": _explain(found.call),
    }


def _rate(call: PresignCall) -> str:
    """As SARIF names it; empty for a call that is not worth a word."""
    return "error" if call.is_refused else "note" if call.may_end_early else ""


def _explain(call: PresignCall) -> str:
    if call.is_refused:
        return (
            f"{call.name} signs for {call.seconds} seconds, but S3 refuses what is signed for more than 604800 "
            "(7 days). Sign for 604800 at most, or make a stable link, which lasts as long as it should."
        )
    return (
        f"{call.name} signs for {call.seconds} seconds. It dies early if a role signs it: no role's session is longer "
        "than 12 hours. Sign with an IAM user's own key, or make a stable link."
    )


def scan_to_lines(scan: FileScan) -> list[str]:
    rows = [
        (
            url.verdict.value.replace("_", " "),
            f"{show_path(url.path)}:{url.line}" + (f" (and {url.times - 1} more)" if url.times > 1 else ""),
            url.flavour or url.style.value,
            url.host,
            url.access_key_id or "-",
            stamp(url.expires_at) or "-",
        )
        for url in scan.urls
    ]
    table = _align([("VERDICT", "WHERE", "SIGNED", "HOST", "KEY ID", "ENDS"), *rows]) if rows else []
    lines = table[:1]
    for line, url in zip(table[1:], scan.urls, strict=True):
        lines += [line, *(f"  {finding.code}: {findings.sentence(finding)}" for finding in url.findings)]
    for found in scan.calls:
        if level := _rate(found.call):
            lines.append(f"{level}  {show_path(found.path)}:{found.call.line}  {_explain(found.call)}")
    return [*lines, *_describe_rest(scan)]


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _describe_rest(scan: FileScan) -> Iterator[str]:
    for each in scan.unread:
        yield f"unread  {show_path(each.path)}: {each.reason}"
    if scan.left_out:
        yield f"{scan.left_out} more in files that have too many were not judged. Scan those files in pieces."
    verdicts = Counter(url.verdict.value.replace("_", " ") for url in scan.urls)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())) or "none"
    calls = sum(found.call.is_refused for found in scan.calls)
    yield f"Files: {scan.files}. Signed URLs: {counts}. Calls that sign for more than 7 days: {calls}."


def build_sarif(scan: FileScan) -> str:
    """One result for each finding of each URL, and for each call; what could not be read is a notification."""
    results = list(_list_results(scan))
    ids = sorted({str(result["ruleId"]) for result in results})
    rules = [{"id": rule, "shortDescription": {"text": rule.replace("-", " ").capitalize() + "."}} for rule in ids]
    notifications = [
        {"level": "warning", "message": {"text": f"{show_path(each.path)} could not be read: {each.reason}"}}
        for each in scan.unread
    ]
    if scan.left_out:
        text = f"{scan.left_out} more in files that have too many were not judged."
        notifications.append({"level": "warning", "message": {"text": text}})
    run = {
        "tool": {"driver": {"name": _TOOL, "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": [{**result, "ruleIndex": ids.index(str(result["ruleId"]))} for result in results],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _list_results(scan: FileScan) -> Iterator[dict[str, object]]:
    for url in scan.urls:
        for finding in url.findings:
            signed = f" Signed with {url.access_key_id} for {url.host}." if url.access_key_id else f" At {url.host}."
            with shown_by_command():
                text = f"{findings.sentence(finding)} {findings.cure(finding)}{signed}"
            yield _make_result(finding.code.value, _LEVELS.get(finding.verdict, "note"), text, url.path, url.line)
    for found in scan.calls:
        if level := _rate(found.call):
            rule = TOO_LONG if found.call.is_refused else LONGER_THAN_A_ROLE
            yield _make_result(rule, level, _explain(found.call), found.path, found.call.line)


def _make_result(rule: str, level: str, text: str, path: Path, line: int) -> dict[str, object]:
    place = {"artifactLocation": {"uri": quote(show_path(path), safe="/")}, "region": {"startLine": line}}
    return {"ruleId": rule, "level": level, "message": {"text": text}, "locations": [{"physicalLocation": place}]}
