from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.services.audit.verification import verify_trail
from links.services.backups.manifest import BackupUnusable
from links.services.backups.restoring import restore_backup


class Command(HoldfastCommand):
    help = (
        "Fill a new, migrated, empty database with what `backup` wrote, from whichever kind of database. Nothing is "
        "written unless the file is whole and ENCRYPTION_KEYS has what it needs. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="What backup has written, as holdfast.zip")
        parser.add_argument(
            "--resend",
            action="store_true",
            help="Send the messages that were on their way, which the old site may have sent since.",
        )

    def answer(self, options: dict[str, Any]) -> Report:
        try:
            manifest = restore_backup(Path(options["file"]), timezone.now(), resend=options["resend"])
        except BackupUnusable as error:
            raise unusable(str(error)) from error
        verified = verify_trail()
        data = {"rows": manifest.rows, "made_at": manifest.made_at, "audit_faults": verified.fault_count}
        lines = [
            f"{manifest.rows} rows of {len(manifest.tables)} tables, written at {manifest.made_at}, were restored.",
            "The audit trail is whole."
            if not verified.fault_count
            else f"The audit trail has {verified.fault_count} faults: verify_audit names them.",
        ]
        return Report(data, lines, exit_code=1 if verified.fault_count else 0)
