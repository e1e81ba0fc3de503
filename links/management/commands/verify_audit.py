import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.services.audit.export_verification import verify_export
from links.services.audit.verification import Fault, FaultKind, Verified, verify_trail

_SENTENCES = {
    FaultKind.RECORD_MISSING: "Record {number} {what} is missing.",
    FaultKind.RECORD_CHANGED: "Record {number} was changed.",
    FaultKind.CHAIN_BROKEN: "Record {number} does not follow the one before it: one of the two is not the original.",
    FaultKind.END_MISSING: "Record {number} is missing, or is not the one that was expected: the trail's end was cut.",
    FaultKind.NOT_CHAINED: "There are records that are not chained. Run it again; if they stay, see docs/audit.md.",
    FaultKind.DETAIL_CHANGED: "Record {number}: its {what} data were changed.",
    FaultKind.DETAIL_MISSING: "Record {number}: its {what} data are gone, and no record says that they were erased.",
    FaultKind.ROWS_CHANGED: "From row {number} on, {what}: rows were changed, added or taken away.",
    FaultKind.TRIGGERS_MISSING: "The database's trigger {what} is missing: anybody who can write can change the trail.",
}
_EXPECTED = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})", re.ASCII)


class Command(HoldfastCommand):
    help = (
        "Verify the audit trail: every record, what stands beside it, and the digests of visits and validations. Keep "
        "the printed head somewhere else, and give it with --expect the next time: only that shows a missing end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", metavar="NUMBER:HEAD", help="What an earlier run, or the log, said.")
        parser.add_argument("--file", metavar="EXPORT", help="Verify an export as JSON lines; no database is asked.")

    def answer(self, options: dict[str, Any]) -> Report:
        expected = None
        if options["expect"]:
            found = _EXPECTED.fullmatch(options["expect"])
            if found is None:
                raise unusable("--expect takes what an earlier run printed, as in 1024:9f86d081...")
            expected = (int(found[1]), found[2])
        if options["file"]:
            return _report_export(options["file"], expected)
        verified = verify_trail(expected)
        return Report(_to_json(verified), _to_lines(verified), exit_code=1 if verified.fault_count else 0)


def _report_export(path: str, expected: tuple[int, str] | None) -> Report:
    try:
        with Path(path).open(encoding="utf-8") as lines:
            verified = verify_export(lines, expected)
    except (OSError, ValueError) as error:
        raise unusable(f"{path}: {error}") from None
    said = [f"{verified.records} records in the file.", f"Head: {verified.number}:{verified.head}"]
    lines_of_faults = _list_faults(verified) or ["Every record is as the trail wrote it."]
    return Report(_to_json(verified), [*said, *lines_of_faults], exit_code=1 if verified.fault_count else 0)


def _list_faults(verified: Verified) -> list[str]:
    more = verified.fault_count - len(verified.faults)
    faults = [_SENTENCES[fault.kind].format(number=fault.number, what=fault.what) for fault in verified.faults]
    return [*faults, *([f"And {more} more."] if more else [])]


def _to_lines(verified: Verified) -> list[str]:
    forgotten = f" Of {verified.forgotten} details were erased by policy." if verified.forgotten else ""
    lines = [
        (
            f"{verified.records} records, {verified.digests} digests "
            f"({verified.pruned_digests} of them of rows that were deleted by policy since).{forgotten}"
        ),
        f"Head: {verified.number}:{verified.head}",
    ]
    if verified.pending_digests:
        lines.append(
            f"{verified.pending_digests} digests are pending: their rows were erased with a customer, and the worker "
            "digests the rest anew. Run it again in a few minutes."
        )
    if not verified.fault_count:
        return [*lines, "The audit trail is whole."]
    return [*lines, *_list_faults(verified)]


def _to_json(verified: Verified) -> dict[str, Any]:
    def show(fault: Fault) -> dict[str, Any]:
        return {"kind": fault.kind.value, "number": fault.number, "what": fault.what}

    return {
        "records": verified.records,
        "number": verified.number,
        "head": verified.head,
        "digests": verified.digests,
        "pruned_digests": verified.pruned_digests,
        "pending_digests": verified.pending_digests,
        "forgotten": verified.forgotten,
        "fault_count": verified.fault_count,
        "faults": [show(fault) for fault in verified.faults],
    }
