import io
import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandParser
from django.utils import timezone

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.management.scans import build_sarif, scan_to_json, scan_to_lines
from links.services.pasted.scan_files import STANDARD_INPUT, scan_files


class Command(HoldfastCommand):
    help = (
        "Find every signed URL in files and folders, and say of each whether it has stopped working or will stop "
        "early; in Python and JavaScript also calls that sign for more than seven days, which no store accepts. Needs "
        "no database and sends no request. No URL, signature or token is printed. The exit code is 1 where something "
        "was found, for CI and pre-commit hooks."
    )
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", metavar="PATH", nargs="+", type=Path, help="A file, a folder, or - for standard input."
        )
        parser.add_argument("--sarif", action="store_true", help="Print SARIF 2.1.0, which code hosts show.")

    def answer(self, options: dict[str, Any]) -> Report:
        paths: list[Path] = options["paths"]
        if options["json"] and options["sarif"]:
            raise unusable("Either --json or --sarif.")
        for path in paths:
            if path != STANDARD_INPUT and not path.exists():
                raise unusable(f"There is no file or folder {path}.")
        # Of standard input its bytes are read: what is scanned may be no text.
        standard_input: BinaryIO = getattr(sys.stdin, "buffer", None) or io.BytesIO(sys.stdin.read().encode())
        scan = scan_files(paths, standard_input, timezone.now())
        lines = build_sarif(scan).splitlines() if options["sarif"] else scan_to_lines(scan)
        return Report(scan_to_json(scan), lines, 1 if scan.has_findings else 0)
