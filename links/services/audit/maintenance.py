"""What is done about the audit trail each minute."""

from datetime import datetime

import structlog

from links.models import AuditRecord
from links.services.audit.acts.site_settings import record_settings
from links.services.audit.chaining import chain_records
from links.services.audit.digests import digest_closed_hours, renew_digests

log = structlog.get_logger(__name__)


def maintain_trail(now: datetime) -> int:
    """Chain what a killed process left unchained, take the digests that are due, digest anew what lost rows with a
    customer, and look whether the settings are otherwise; how many records were chained.

    After each digest, that is each hour as a rule, the chain's head is logged: whoever keeps the log elsewhere can tell
    later whether the trail's end is missing (`verify_audit --expect NUMBER:HEAD`).
    """
    chained, digested = chain_records(), digest_closed_hours(now) + renew_digests()
    record_settings()
    if digested:
        chained += chain_records()
        last = AuditRecord.objects.exclude(number=None).order_by("-number").first()
        if last is not None:
            log.info("audit trail", number=last.number, head=bytes(last.hash or b"").hex())
    return chained
