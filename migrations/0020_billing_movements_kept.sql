-- What moved the revenue stays as it was written, and follows from the movement before it.
CREATE TRIGGER billing_movements_kept BEFORE DELETE ON billing_movements
BEGIN SELECT RAISE(ABORT, 'billing_movement_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER billing_movements_fixed BEFORE UPDATE ON billing_movements
BEGIN SELECT RAISE(ABORT, 'billing_movement_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER billing_movements_follow BEFORE INSERT ON billing_movements
WHEN NEW.before_minor <> coalesce((SELECT after_minor FROM billing_movements WHERE subscription_id = NEW.subscription_id ORDER BY seq DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'billing_movement_does_not_follow'); END;
--> statement-breakpoint
CREATE TRIGGER billing_plan_versions_kept BEFORE DELETE ON billing_plan_versions
BEGIN SELECT RAISE(ABORT, 'billing_plan_version_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER billing_plan_versions_fixed BEFORE UPDATE ON billing_plan_versions
BEGIN SELECT RAISE(ABORT, 'billing_plan_version_is_kept'); END;
