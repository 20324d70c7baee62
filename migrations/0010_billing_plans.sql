CREATE TABLE `billing_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`gateway` text NOT NULL,
	`gateway_ref` text NOT NULL,
	`level` text NOT NULL,
	`interval` text NOT NULL,
	`asset` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`status` text NOT NULL,
	`current_period_start` integer NOT NULL,
	`current_period_end` integer NOT NULL,
	`trial_end` integer,
	`cancel_at_period_end` integer NOT NULL,
	`scheduled_level` text,
	`scheduled_interval` text,
	`past_due_since` integer,
	`ended_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "billing_subscription_level" CHECK(level in ('free', 'basic', 'pro', 'enterprise') and level <> 'free'),
	CONSTRAINT "billing_subscription_status" CHECK(status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')),
	CONSTRAINT "billing_subscription_amount" CHECK(amount_minor >= 0),
	CONSTRAINT "billing_subscription_period" CHECK(current_period_end > current_period_start),
	CONSTRAINT "billing_subscription_ended" CHECK((status = 'canceled') = (ended_at is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_subscriptions_live` ON `billing_subscriptions` (`user_id`) WHERE status <> 'canceled';--> statement-breakpoint
CREATE UNIQUE INDEX `billing_subscriptions_gateway` ON `billing_subscriptions` (`gateway`,`gateway_ref`);--> statement-breakpoint
CREATE INDEX `billing_subscriptions_user` ON `billing_subscriptions` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `billing_subscriptions_due` ON `billing_subscriptions` (`status`,`current_period_end`);--> statement-breakpoint
CREATE TABLE `billing_plan_versions` (
	`plan_id` text NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`support` text NOT NULL,
	`limits` text NOT NULL,
	`prices` text NOT NULL,
	`changed_by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`plan_id`, `version`),
	FOREIGN KEY (`plan_id`) REFERENCES `billing_plans`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `billing_plans` (
	`id` text PRIMARY KEY NOT NULL,
	`level` text NOT NULL,
	`rank` integer NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`support` text NOT NULL,
	`limits` text NOT NULL,
	`prices` text NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "billing_plan_level" CHECK(level in ('free', 'basic', 'pro', 'enterprise')),
	CONSTRAINT "billing_plan_support" CHECK(support in ('community', 'email', 'priority', 'dedicated'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_plans_level` ON `billing_plans` (`level`);--> statement-breakpoint
CREATE UNIQUE INDEX `billing_plans_rank` ON `billing_plans` (`rank`);