"""What lifecycle rules, a restored copy and the file itself foresee."""

from datetime import datetime

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case, within_promise
from links.domain.policies.lifecycles import ForeseenChange, end_version, foresee_changes


def _coming_change(case: Case, *, archives: bool) -> ForeseenChange | None:
    """The first change that the bucket's own rules will make to the object before the promise ends."""
    file = case.facts.file
    if file is None or file.made_at is None:
        return None
    rules, key = case.facts.configuration.rules or (), case.facts.object_key
    changes = foresee_changes(rules, key, file.size, file.made_at, pinned=file.pinned)
    coming = (change for change in changes if bool(change.to) is archives)
    return next((change for change in coming if change.at > case.now and within_promise(change.at, case.facts)), None)


def find_archiving(case: Case) -> Finding | None:
    change = _coming_change(case, archives=True)
    if change is None:
        return None
    params = {"rule": change.rule, "object": case.facts.object_key, "storage_class": change.to}
    return Finding(Code.LIFECYCLE_ARCHIVES, Verdict.AT_RISK, change.at, params)


def find_deletion(case: Case) -> Finding | None:
    """The object's own header counts before the bucket's rules: it knows of tags, but nothing of versions."""
    header = _read_header(case)
    rule = case.answer.expiry_rule if case.answer else ""
    if header is None and (change := _coming_change(case, archives=False)):
        header, rule = change.at, change.rule
    deletes_at = within_promise(header, case.facts)
    if deletes_at is None:
        return None
    params = {"rule": rule, "object": case.facts.object_key}
    return Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, deletes_at, params)


def _read_header(case: Case) -> datetime | None:
    at, file, rules = case.answer.expires_at if case.answer else None, case.facts.file, case.facts.configuration.rules
    if at is None or file is None or not file.pinned or rules is None:
        return at
    return end_version(rules, case.facts.object_key, file.size, at)


def find_end_of_copy(case: Case) -> Finding | None:
    ends_at = within_promise(case.answer.restored_until if case.answer else None, case.facts)
    return Finding(Code.RESTORE_ENDS, Verdict.AT_RISK, ends_at, {"object": case.facts.object_key}) if ends_at else None


def find_other_file(case: Case) -> Finding | None:
    file, answer = case.facts.file, case.answer
    if file is None or answer is None or not file.is_replaced_in(answer):
        return None
    # Only a link of our own can be stopped: what was handed out signed leads to the other file.
    params = {"object": case.facts.object_key, "delivery": case.facts.delivery.value}
    return Finding(Code.OBJECT_REPLACED, Verdict.BROKEN, None, params)
