CREATE TABLE `payments_settlements` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`vendor_id` text NOT NULL,
	`amount` integer NOT NULL,
	`asset` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "payments_settlement_state" CHECK(state in ('paid', 'returned'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_settlement_vendor` ON `payments_settlements` (`provider`,`vendor_id`);--> statement-breakpoint
ALTER TABLE `payments_differences` ADD `alerted_at` integer;--> statement-breakpoint
ALTER TABLE `payments_disputes` ADD `fee` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `payments_subscriptions` ADD `seen` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `payments_subscriptions` ADD `checked_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `payments_subscriptions` ADD `ended` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `payments_subscriptions_checked` ON `payments_subscriptions` (`provider`,`ended`,`checked_at`);