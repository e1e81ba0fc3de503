"""What the running site may do in its database: everything but to change what the audit trail says.

The role that migrates owns the tables, and could drop the triggers. The running site needs no such right: it connects
as another role, to which these statements give what it needs (docs/audit.md).
"""

import re
from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS, connections

from links.models import AuditDetail, AuditRecord

_RECORDS, _DETAILS = AuditRecord._meta.db_table, AuditDetail._meta.db_table  # noqa: SLF001  as documented
_CHAINED = "number, previous, hash"  # once, as the trigger sees to
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


def is_role_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def write_grants(role: str) -> list[str]:
    """The statements for PostgreSQL, to be run by the owner of the tables after each `migrate`; twice does no harm."""
    return list(_write(role))


def _write(role: str) -> Iterator[str]:
    connection = connections[DEFAULT_DB_ALIAS]
    everything = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    tables = ", ".join(name for name in everything if name not in (_RECORDS, _DETAILS, "django_migrations"))
    yield f"GRANT USAGE ON SCHEMA public TO {role};"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role};"
    yield f"GRANT SELECT, INSERT ON {_RECORDS} TO {role};"
    yield f"GRANT UPDATE ({_CHAINED}) ON {_RECORDS} TO {role};"
    yield f"GRANT SELECT, INSERT, DELETE ON {_DETAILS} TO {role};"
    yield f"GRANT SELECT ON django_migrations TO {role};"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};"
