CREATE TABLE `affiliate_caps` (
	`id` text PRIMARY KEY NOT NULL,
	`asset` text NOT NULL,
	`month_minor` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "affiliate_cap_amount" CHECK(month_minor is null or month_minor >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `affiliate_caps_newest` ON `affiliate_caps` (`asset`,`id`);--> statement-breakpoint
CREATE TABLE `affiliate_earned_days` (
	`user_id` text NOT NULL,
	`day` text NOT NULL,
	`asset` text NOT NULL,
	`earned_minor` integer DEFAULT 0 NOT NULL,
	`taken_back_minor` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `asset`, `day`),
	CONSTRAINT "affiliate_earned_day_amounts" CHECK(earned_minor >= 0 and taken_back_minor >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `affiliate_payment_methods` (
	`user_id` text NOT NULL,
	`method_key` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `method_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `affiliate_payment_methods_method` ON `affiliate_payment_methods` (`method_key`);--> statement-breakpoint
CREATE TABLE `affiliate_rates` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text,
	`level1_bps` integer NOT NULL,
	`level2_bps` integer NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "affiliate_rate_bps" CHECK(level1_bps >= 0 and level2_bps >= 0 and level1_bps + level2_bps <= 10000),
	CONSTRAINT "affiliate_rate_span" CHECK(ends_at is null or ends_at >= starts_at)
) STRICT;
--> statement-breakpoint
CREATE INDEX `affiliate_rates_span` ON `affiliate_rates` (`starts_at`,`ends_at`);