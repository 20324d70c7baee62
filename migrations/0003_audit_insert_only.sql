CREATE TRIGGER platform_audit_entries_not_replaced BEFORE INSERT ON platform_audit_entries
WHEN EXISTS (SELECT 1 FROM platform_audit_entries WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'platform_audit_append_only'); END;
