"""The audit trail: services call `record` in the transaction of what they change.

from links.domain.audit.acts import Act
from links.services.audit.recording import record

record(Act.KEY_CHANGED, key, before={"label": old}, after={"label": key.label})
"""
