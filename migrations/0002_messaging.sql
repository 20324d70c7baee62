CREATE TABLE `messaging_broadcasts` (
	`id` text PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`path` text,
	`state` text NOT NULL,
	`created_by` text NOT NULL,
	`cursor` text DEFAULT '' NOT NULL,
	`recipients` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	CONSTRAINT "messaging_broadcast_state" CHECK(state in ('running', 'done', 'stopped'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `messaging_contacts` (
	`user_id` text PRIMARY KEY NOT NULL,
	`email` text,
	`phone` text,
	`locale` text NOT NULL,
	`time_zone` text NOT NULL,
	`name` text,
	`bulk_opt_out` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `messaging_development_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`recipient` text NOT NULL,
	`subject` text,
	`text` text NOT NULL,
	`html` text,
	`links` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `messaging_development_outbox_recipient` ON `messaging_development_outbox` (`recipient`,`id`);--> statement-breakpoint
CREATE TABLE `messaging_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`channel` text NOT NULL,
	`kind` text NOT NULL,
	`recipient` text NOT NULL,
	`locale` text NOT NULL,
	`time_zone` text NOT NULL,
	`content` text,
	`broadcast_id` text,
	`dedupe_key` text,
	`state` text NOT NULL,
	`reason` text,
	`provider` text,
	`reference` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`attempted_at` integer,
	`settled_at` integer,
	CONSTRAINT "messaging_message_channel" CHECK(channel in ('email', 'sms')),
	CONSTRAINT "messaging_message_state" CHECK(state in ('queued', 'sending', 'sent', 'unresolved', 'dropped')),
	CONSTRAINT "messaging_message_wiped" CHECK(content is null or state in ('queued', 'sending', 'unresolved'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `messaging_message_once` ON `messaging_messages` (`dedupe_key`,`recipient`,`channel`);--> statement-breakpoint
CREATE INDEX `messaging_messages_recipient` ON `messaging_messages` (`recipient`,`created_at`);--> statement-breakpoint
CREATE INDEX `messaging_messages_user` ON `messaging_messages` (`user_id`);--> statement-breakpoint
CREATE INDEX `messaging_messages_broadcast` ON `messaging_messages` (`broadcast_id`,`state`);--> statement-breakpoint
CREATE INDEX `messaging_messages_age` ON `messaging_messages` (`created_at`);--> statement-breakpoint
CREATE TABLE `messaging_notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`link` text,
	`dedupe_key` text,
	`created_at` integer NOT NULL,
	`read_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `messaging_notification_once` ON `messaging_notifications` (`user_id`,`dedupe_key`);--> statement-breakpoint
CREATE INDEX `messaging_notifications_user` ON `messaging_notifications` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `messaging_notifications_unread` ON `messaging_notifications` (`user_id`) WHERE read_at is null;--> statement-breakpoint
CREATE INDEX `messaging_notifications_age` ON `messaging_notifications` (`created_at`);--> statement-breakpoint
CREATE TABLE `messaging_preferences` (
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`enabled` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `kind`, `channel`),
	CONSTRAINT "messaging_preference_channel" CHECK(channel in ('email', 'sms', 'inApp'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `messaging_providers` (
	`name` text PRIMARY KEY NOT NULL,
	`window_start` integer NOT NULL,
	`window_count` integer NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`closed_until` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `messaging_spending` (
	`day` text NOT NULL,
	`channel` text NOT NULL,
	`count` integer NOT NULL,
	`alerted_at` integer,
	PRIMARY KEY(`day`, `channel`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `messaging_suppressions` (
	`recipient` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "messaging_suppression_reason" CHECK(reason in ('bounced', 'complained'))
) STRICT;
