-- A record is only ever appended: what it says stays, and the columns of the chain are filled once, and
-- later. Whoever owns the
-- tables can drop these triggers; docs/audit.md says how the running site is given a role that cannot.
CREATE FUNCTION links_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION links_keep_audit_record() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.number IS NOT NULL OR NEW.previous IS NOT NULL OR NEW.hash IS NOT NULL THEN
            RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.previous IS NULL OR NEW.hash IS NULL
        OR to_jsonb(OLD) - '{number,previous,hash}'::text[] <> to_jsonb(NEW) - '{number,previous,hash}'::text[]
    THEN
        RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER links_keep_audit_record
    BEFORE INSERT OR UPDATE ON links_auditrecord FOR EACH ROW EXECUTE FUNCTION links_keep_audit_record();
CREATE TRIGGER links_keep_audit_records
    BEFORE DELETE OR TRUNCATE ON links_auditrecord FOR EACH STATEMENT EXECUTE FUNCTION links_refuse_change();

-- An address or a customer's name may be forgotten, and never be another one.
CREATE TRIGGER links_keep_audit_detail
    BEFORE UPDATE OR TRUNCATE ON links_auditdetail FOR EACH STATEMENT EXECUTE FUNCTION links_refuse_change();
