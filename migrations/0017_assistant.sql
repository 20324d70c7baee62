CREATE TABLE `assistant_conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`title` text NOT NULL,
	`named` integer NOT NULL,
	`message_count` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "assistant_conversation_counts" CHECK(message_count >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `assistant_conversations_user` ON `assistant_conversations` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `assistant_sockets` (
	`conversation_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`session_id` text NOT NULL,
	`opened_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `assistant_sockets_user` ON `assistant_sockets` (`user_id`,`opened_at`);--> statement-breakpoint
CREATE INDEX `assistant_sockets_age` ON `assistant_sockets` (`opened_at`);--> statement-breakpoint
CREATE TABLE `assistant_used_tickets` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `assistant_used_tickets_end` ON `assistant_used_tickets` (`expires_at`);--> statement-breakpoint
CREATE TABLE `assistant_answer_days` (
	`day` text PRIMARY KEY NOT NULL,
	`hits` integer NOT NULL,
	`misses` integer NOT NULL,
	CONSTRAINT "assistant_answer_day_counts" CHECK(hits >= 0 and misses >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `assistant_answers` (
	`key` text PRIMARY KEY NOT NULL,
	`question` text NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `assistant_answers_end` ON `assistant_answers` (`expires_at`);--> statement-breakpoint
CREATE TABLE `assistant_meters` (
	`scope` text NOT NULL,
	`period` text NOT NULL,
	`used_tokens` integer DEFAULT 0 NOT NULL,
	`reserved_tokens` integer DEFAULT 0 NOT NULL,
	`used_micros` integer DEFAULT 0 NOT NULL,
	`reserved_micros` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`scope`, `period`),
	CONSTRAINT "assistant_meter_counts" CHECK(used_tokens >= 0 and reserved_tokens >= 0 and used_micros >= 0 and reserved_micros >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `assistant_turns` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`month` text NOT NULL,
	`day` text NOT NULL,
	`state` text NOT NULL,
	`reserved_tokens` integer NOT NULL,
	`reserved_micros` integer NOT NULL,
	`input_tokens` integer DEFAULT 0 NOT NULL,
	`output_tokens` integer DEFAULT 0 NOT NULL,
	`cost_micros` integer DEFAULT 0 NOT NULL,
	`model` text,
	`prompt_version` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`settled_at` integer,
	CONSTRAINT "assistant_turn_state" CHECK(state in ('reserved', 'expired', 'settled')),
	CONSTRAINT "assistant_turn_counts" CHECK(reserved_tokens >= 0 and reserved_micros >= 0 and input_tokens >= 0 and output_tokens >= 0 and cost_micros >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `assistant_turns_user` ON `assistant_turns` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `assistant_turns_open` ON `assistant_turns` (`expires_at`) WHERE state = 'reserved';