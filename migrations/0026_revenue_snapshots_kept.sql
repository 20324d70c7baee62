-- A day's figures stay as they were taken.
CREATE TRIGGER revenue_snapshots_kept BEFORE DELETE ON revenue_snapshots
BEGIN SELECT RAISE(ABORT, 'revenue_snapshot_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER revenue_snapshots_fixed BEFORE UPDATE ON revenue_snapshots
BEGIN SELECT RAISE(ABORT, 'revenue_snapshot_is_kept'); END;
