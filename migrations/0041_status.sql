CREATE TABLE `status_days` (
	`component` text NOT NULL,
	`day` text NOT NULL,
	`passed` integer NOT NULL,
	`failed` integer NOT NULL,
	`ok` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`checked_at` integer NOT NULL,
	PRIMARY KEY(`component`, `day`),
	CONSTRAINT "status_day_counts" CHECK(passed >= 0 and failed >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `status_incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`impact` text NOT NULL,
	`state` text NOT NULL,
	`started_at` integer NOT NULL,
	`resolved_at` integer,
	CONSTRAINT "status_incident_impact" CHECK(impact in ('minor', 'major', 'critical')),
	CONSTRAINT "status_incident_state" CHECK(state in ('investigating', 'identified', 'monitoring', 'resolved')),
	CONSTRAINT "status_incident_resolved" CHECK((state = 'resolved') = (resolved_at is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `status_incidents_open` ON `status_incidents` (`id`) WHERE resolved_at is null;--> statement-breakpoint
CREATE TABLE `status_subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`confirmed_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `status_updates` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident_id` text NOT NULL,
	`state` text NOT NULL,
	`message` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `status_incidents`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `status_updates_incident` ON `status_updates` (`incident_id`,`seq`);