CREATE TRIGGER platform_expectations_refuse BEFORE INSERT ON platform_expectations WHEN NEW.holds = 0
BEGIN SELECT RAISE(ABORT, NEW.name); END;
--> statement-breakpoint
CREATE TRIGGER platform_expectations_drop BEFORE INSERT ON platform_expectations WHEN NEW.holds <> 0
BEGIN SELECT RAISE(IGNORE); END;
--> statement-breakpoint
CREATE TRIGGER platform_deliveries_done_once BEFORE UPDATE OF state ON platform_deliveries WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'platform_delivery_done'); END;
--> statement-breakpoint
CREATE TRIGGER platform_audit_entries_kept BEFORE DELETE ON platform_audit_entries
BEGIN SELECT RAISE(ABORT, 'platform_audit_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER platform_audit_entries_sealed_once BEFORE UPDATE ON platform_audit_entries
WHEN OLD.seal IS NOT NULL OR (NEW.seq, NEW.at, NEW.actor, NEW.role, NEW.action, NEW.target, NEW.reason, NEW.before, NEW.after, NEW.ip, NEW.user_agent, NEW.request_id, NEW.content_hash)
  IS NOT (OLD.seq, OLD.at, OLD.actor, OLD.role, OLD.action, OLD.target, OLD.reason, OLD.before, OLD.after, OLD.ip, OLD.user_agent, OLD.request_id, OLD.content_hash)
BEGIN SELECT RAISE(ABORT, 'platform_audit_append_only'); END;
