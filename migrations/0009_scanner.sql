CREATE TABLE `scanner_matches` (
	`run_id` text NOT NULL,
	`symbol` text NOT NULL,
	`user_id` text NOT NULL,
	`scan_id` text NOT NULL,
	`state` text NOT NULL,
	`as_of` integer NOT NULL,
	PRIMARY KEY(`run_id`, `symbol`),
	CONSTRAINT "scanner_match_state" CHECK(state in ('entered', 'stayed', 'left'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `scanner_matches_symbol` ON `scanner_matches` (`user_id`,`symbol`,`as_of`);--> statement-breakpoint
CREATE TABLE `scanner_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`scan_id` text NOT NULL,
	`user_id` text NOT NULL,
	`version` integer NOT NULL,
	`slot` text NOT NULL,
	`status` text NOT NULL,
	`as_of` integer,
	`universe_size` integer DEFAULT 0 NOT NULL,
	`stale` integer DEFAULT 0 NOT NULL,
	`matched` integer DEFAULT 0 NOT NULL,
	`elapsed_ms` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	CONSTRAINT "scanner_run_status" CHECK(status in ('queued', 'done'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `scanner_runs_slot` ON `scanner_runs` (`scan_id`,`slot`);--> statement-breakpoint
CREATE INDEX `scanner_runs_scan` ON `scanner_runs` (`scan_id`,`id`);--> statement-breakpoint
CREATE INDEX `scanner_runs_user` ON `scanner_runs` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `scanner_scans` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`expression` text NOT NULL,
	`normal_form` text NOT NULL,
	`universe` text NOT NULL,
	`schedule` text,
	`alert` text,
	`next_run_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `scanner_scans_user` ON `scanner_scans` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `scanner_scans_due` ON `scanner_scans` (`next_run_at`) WHERE next_run_at is not null;--> statement-breakpoint
CREATE INDEX `scanner_scans_daily` ON `scanner_scans` (`id`) WHERE schedule = 'daily';--> statement-breakpoint
CREATE TABLE `scanner_usage` (
	`user_id` text NOT NULL,
	`month` text NOT NULL,
	`backtests` integer NOT NULL,
	PRIMARY KEY(`user_id`, `month`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `scanner_versions` (
	`scan_id` text NOT NULL,
	`version` integer NOT NULL,
	`expression` text NOT NULL,
	`universe` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`scan_id`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `scanner_watchlists` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`symbols` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `scanner_watchlists_user` ON `scanner_watchlists` (`user_id`,`id`);