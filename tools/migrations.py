"""Whether each migration may run while the release before it serves: squawk judges the SQL that PostgreSQL would get.

python -m tools.migrations      fail where one locks a table for as long as it has rows, or breaks the running code

A migration that is right nonetheless says so, by the rule's name and with the reason:

    class Migration(migrations.Migration):
        dangers_accepted = {"ban-drop-column": "Nothing has read it since 1.2."}

Up to `FIRST` they make an empty database, which nobody serves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from demo.postgres import Postgres
from demo.servers import executable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

APP = "links"
FIRST = "0002_search"
OLDEST_POSTGRES = "14"
NOT_ASKED = (  # of taste; and the time-outs, which whoever migrates sets: docs/how-to/change-the-database.md
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-timestamp-tz",
    "require-lock-timeout",
    "require-statement-timeout",
)


def main() -> int:
    with Postgres() as server:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only to read the migrations",
            "DATABASE_URL": server.url,
        }
        import django  # noqa: PLC0415  once its settings are there

        django.setup()
        wrong = _judge_all()
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def _judge_all() -> list[str]:
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    loader = MigrationLoader(connection)
    wrong = []
    for _, name in sorted(node for node in loader.graph.nodes if node[0] == APP and node[1] > FIRST):
        migration = loader.get_migration(APP, name)
        state = loader.project_state((APP, name), at_end=False)
        found = find_dangers(write_sql(migration, state, connection), in_transaction=migration.atomic)
        wrong += [f"{name}: {line}" for line in compare(found, getattr(migration, "dangers_accepted", {}))]
    return wrong


def write_sql(migration: Migration, state: ProjectState, connection: BaseDatabaseWrapper) -> str:
    """What the database would be sent, in the state before it; nothing is sent."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    return "\n".join(editor.collected_sql)


def find_dangers(sql: str, *, in_transaction: bool) -> dict[str, str]:
    """What squawk says of it, by the names of its rules (https://squawkhq.com/docs/rules)."""
    text = f"BEGIN;\n{sql}\nCOMMIT;" if in_transaction else sql
    options = [f"--pg-version={OLDEST_POSTGRES}", "--reporter=json", f"--exclude={','.join(NOT_ASKED)}"]
    asked = subprocess.run(  # noqa: S603  what our own migrations send, on its input
        [executable("squawk"), *options, "--stdin-filepath=migration.sql"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode not in (0, 1):
        raise RuntimeError(asked.stderr)
    said = json.loads(asked.stdout)
    return {each["rule_name"]: " ".join(filter(None, (each["message"], each["help"]))) for each in said}


def compare(found: Mapping[str, str], accepted: Mapping[str, str]) -> list[str]:
    """A line for each danger that is not accepted, and for each acceptance that has become idle."""
    return [
        *(f"{rule}: {said}" for rule, said in found.items() if rule not in accepted),
        *(f"{rule} is accepted, and is no danger of it" for rule in accepted if rule not in found),
    ]


if __name__ == "__main__":
    sys.exit(main())
