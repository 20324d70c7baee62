CREATE TABLE `platform_audit_entries` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text,
	`before` text,
	`after` text,
	`ip` text,
	`user_agent` text,
	`request_id` text NOT NULL,
	`content_hash` text NOT NULL,
	`seal` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `platform_audit_entries_target` ON `platform_audit_entries` (`target`,`seq`);--> statement-breakpoint
CREATE INDEX `platform_audit_entries_actor` ON `platform_audit_entries` (`actor`,`seq`);--> statement-breakpoint
CREATE INDEX `platform_audit_entries_unsealed` ON `platform_audit_entries` (`seq`) WHERE seal is null;--> statement-breakpoint
CREATE TABLE `platform_cron_slots` (
	`name` text NOT NULL,
	`slot` integer NOT NULL,
	`claimed_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`name`, `slot`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `platform_deliveries` (
	`event_id` text NOT NULL,
	`handler` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`done_at` integer,
	PRIMARY KEY(`event_id`, `handler`),
	CONSTRAINT "platform_delivery_state" CHECK(state in ('pending', 'done', 'dead'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `platform_deliveries_due` ON `platform_deliveries` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `platform_deliveries_dead` ON `platform_deliveries` (`created_at`) WHERE state = 'dead';--> statement-breakpoint
CREATE TABLE `platform_events` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`version` integer NOT NULL,
	`data` text NOT NULL,
	`request_id` text NOT NULL,
	`occurred_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `platform_expectations` (
	`name` text NOT NULL,
	`holds` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `platform_idempotency_keys` (
	`owner` text NOT NULL,
	`route` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`attempt` integer NOT NULL,
	`first_claimed_at` integer NOT NULL,
	`claimed_at` integer NOT NULL,
	`result` text,
	`status` integer,
	`content_type` text,
	`body` text,
	PRIMARY KEY(`owner`, `route`, `key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `platform_idempotency_keys_age` ON `platform_idempotency_keys` (`first_claimed_at`);--> statement-breakpoint
CREATE TABLE `admin_flags` (
	`name` text PRIMARY KEY NOT NULL,
	`description` text NOT NULL,
	`percentage` integer NOT NULL,
	`plans` text NOT NULL,
	`users` text NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "admin_flag_percentage" CHECK(percentage between 0 and 100)
) STRICT;
--> statement-breakpoint
CREATE TABLE `admin_maintenance` (
	`id` integer PRIMARY KEY NOT NULL,
	`enabled` integer NOT NULL,
	`message` text NOT NULL,
	`until` integer,
	`updated_at` integer NOT NULL,
	CONSTRAINT "admin_maintenance_single" CHECK(id = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `support_articles` (
	`slug` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`summary` text NOT NULL,
	`body` text NOT NULL,
	`topic` text NOT NULL,
	`position` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `support_articles_order` ON `support_articles` (`position`,`slug`);--> statement-breakpoint
CREATE TABLE `support_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_id` text NOT NULL,
	`author` text NOT NULL,
	`author_id` text,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `support_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "support_message_author" CHECK(author in ('customer', 'support', 'bourse'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `support_messages_ticket` ON `support_messages` (`ticket_id`,`id`);--> statement-breakpoint
CREATE TABLE `support_tickets` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`respond_by` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "support_ticket_status" CHECK(status in ('open', 'answered', 'closed')),
	CONSTRAINT "support_ticket_priority" CHECK(priority in ('low', 'normal', 'high', 'urgent'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `support_tickets_user` ON `support_tickets` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `support_tickets_queue` ON `support_tickets` (`status`,`respond_by`);