-- A record is only ever appended: what it says stays. Whoever may open the file can drop these triggers; docs/audit.md
-- says what shows that.
CREATE TRIGGER links_keep_audit_record
    BEFORE UPDATE OF id, at, actor, actor_text, way, act, kind, object_number, object_text, link, customer, bucket,
        "values", place_digest, personal_digest ON links_auditrecord
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END

-- The columns of the chain are filled once.
CREATE TRIGGER links_chain_audit_record
    BEFORE UPDATE OF number, previous, hash ON links_auditrecord
    WHEN OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.previous IS NULL OR NEW.hash IS NULL
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END

CREATE TRIGGER links_delete_audit_record
    BEFORE DELETE ON links_auditrecord
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END

-- An address or a customer's name may be forgotten, and never be another one.
CREATE TRIGGER links_keep_audit_detail
    BEFORE UPDATE ON links_auditdetail
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END
