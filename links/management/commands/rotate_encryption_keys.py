from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser

from links.management.base import HoldfastCommand
from links.management.reports import Report
from links.services.keys.encryption import SHOWN, EncryptedKind, examine_secrets, reencrypt_secrets


class Command(HoldfastCommand):
    help = (
        "Encrypt all stored secrets again with the first of ENCRYPTION_KEYS, while the site runs. It may be stopped "
        "and started again. The exit code is 0 once every key but the first can be removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; only say how many secrets each key has encrypted."
        )

    def answer(self, options: dict[str, Any]) -> Report:
        found = examine_secrets() if options["check"] else reencrypt_secrets()
        is_done = not any(one.older or one.unreadable or one.misplaced for one in found)
        data = {"is_done": is_done, "secrets": [_to_json(one) for one in found]}
        return Report(data, [*map(_to_line, found), *_to_warnings(found), _sum_up(found)], 0 if is_done else 1)


def _to_json(found: EncryptedKind) -> dict[str, object]:
    return {
        "kind": found.kind,
        "by_key": {str(position): count for position, count in sorted(found.by_key.items())},
        "resealed": found.reencrypted,
        "left": found.older,
        "unreadable_rows": found.unreadable,
        "misplaced_rows": found.misplaced,
    }


def _to_line(found: EncryptedKind) -> str:
    counts = ", ".join(f"{count} with key {position}" for position, count in sorted(found.by_key.items()))
    anew = f"; {found.reencrypted} sealed anew" if found.reencrypted else ""
    return f"{found.kind}: {counts or 'none'}{anew}"


def _to_warnings(found: Iterable[EncryptedKind]) -> list[str]:
    warnings = []
    for one in found:
        if one.unreadable:
            warnings.append(f"{one.kind}: no key opens {_list_rows(one.unreadable)}. Put the key that is missing back.")
        if one.misplaced:
            warnings.append(
                f"{one.kind}: {_list_rows(one.misplaced)} was changed by hand. Restore it, or enter it anew."
            )
    return warnings


def _list_rows(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:SHOWN]))
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"


def _sum_up(found: Iterable[EncryptedKind]) -> str:
    kinds = list(found)
    if left := sum(one.older for one in kinds):
        return f"{left} are still sealed with older keys: keep those in ENCRYPTION_KEYS, and run this again."
    if any(one.unreadable for one in kinds):
        return "Keep every key until what cannot be opened is mended."
    return "Everything is sealed with key 1: the others can be removed from ENCRYPTION_KEYS."
