from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.services.backups.manifest import BackupUnusable
from links.services.backups.writing import write_backup


class Command(HoldfastCommand):
    help = (
        "Write the whole site into one file, while it runs. Secrets stay encrypted: keep ENCRYPTION_KEYS elsewhere, "
        "the file is worth little without them. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A file that is not there yet, as holdfast.zip")

    def answer(self, options: dict[str, Any]) -> Report:
        try:
            manifest = write_backup(Path(options["file"]), timezone.now())
        except BackupUnusable as error:
            raise unusable(str(error)) from error
        data = {"rows": manifest.rows, "keys": manifest.keys, "unreadable": manifest.unreadable}
        lines = [f"{manifest.rows} rows of {len(manifest.tables)} tables were written."]
        if manifest.keys:
            lines.append(f"Its secrets need the encryption keys with the fingerprints {', '.join(manifest.keys)}.")
        if manifest.unreadable:
            lines.append(f"{manifest.unreadable} secrets are opened by none of ENCRYPTION_KEYS, here or there.")
        return Report(data, lines)
