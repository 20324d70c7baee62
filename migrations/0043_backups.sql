CREATE TABLE `backups_backups` (
	`id` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`taken_at` integer,
	`bookmark` text,
	`row_count` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`parts` integer DEFAULT 0 NOT NULL,
	`sealed_key` text NOT NULL,
	`progress` text,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`verification` text,
	`verified_at` integer,
	`verified_ms` integer,
	`finding` text,
	CONSTRAINT "backups_backup_status" CHECK(status in ('writing', 'stored', 'failed', 'deleted'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `backups_one_writing` ON `backups_backups` (`status`) WHERE status = 'writing';--> statement-breakpoint
CREATE TABLE `backups_changes` (
	`seq` integer PRIMARY KEY NOT NULL,
	`tbl` text NOT NULL,
	`key` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `backups_restores` (
	`id` text PRIMARY KEY NOT NULL,
	`backup_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	`restored_at` integer NOT NULL,
	`mended_at` integer,
	`settled_at` integer,
	`settled_by` text
) STRICT;
