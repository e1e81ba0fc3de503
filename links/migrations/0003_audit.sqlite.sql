-- A record is only ever appended: what it says stays. Whoever may open the file can drop these triggers; docs/audit.md
-- says what shows that.
-- Every column is compared, since an UPDATE of rowid is none of id to a list of columns.
CREATE TRIGGER links_keep_audit_record
    BEFORE UPDATE ON links_auditrecord
    WHEN NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor
        OR NEW.actor_text IS NOT OLD.actor_text OR NEW.way IS NOT OLD.way OR NEW.act IS NOT OLD.act
        OR NEW.kind IS NOT OLD.kind OR NEW.object_number IS NOT OLD.object_number
        OR NEW.object_text IS NOT OLD.object_text OR NEW.link IS NOT OLD.link OR NEW.customer IS NOT OLD.customer
        OR NEW.bucket IS NOT OLD.bucket OR NEW."values" IS NOT OLD."values"
        OR NEW.place_digest IS NOT OLD.place_digest OR NEW.personal_digest IS NOT OLD.personal_digest
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END

-- REPLACE deletes the rows that are in its way without any trigger of deletion: a new record has a number of nobody's,
-- and none in the chain.
CREATE TRIGGER links_insert_audit_record
    BEFORE INSERT ON links_auditrecord
    WHEN NEW.number IS NOT NULL OR NEW.previous IS NOT NULL OR NEW.hash IS NOT NULL
        OR EXISTS (SELECT 1 FROM links_auditrecord WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever appended to');
END

-- The columns of the chain are filled once, with a number that no other record has: UPDATE OR REPLACE would delete that.
CREATE TRIGGER links_chain_audit_record
    BEFORE UPDATE OF number, previous, hash ON links_auditrecord
    WHEN OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.previous IS NULL OR NEW.hash IS NULL
        OR EXISTS (SELECT 1 FROM links_auditrecord WHERE number = NEW.number)
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
