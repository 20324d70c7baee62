CREATE TABLE `billing_movements` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`subscription_id` text NOT NULL,
	`user_id` text NOT NULL,
	`version` integer NOT NULL,
	`kind` text NOT NULL,
	`asset` text NOT NULL,
	`level` text NOT NULL,
	`before_minor` integer NOT NULL,
	`after_minor` integer NOT NULL,
	`at` integer NOT NULL,
	CONSTRAINT "billing_movement_kind" CHECK(case kind when 'new' then before_minor = 0 and after_minor > 0 when 'reactivation' then before_minor = 0 and after_minor > 0
        when 'churn' then before_minor > 0 and after_minor = 0 when 'expansion' then before_minor > 0 and after_minor > before_minor
        when 'contraction' then after_minor > 0 and after_minor < before_minor else 0 end)
) STRICT;
--> statement-breakpoint
CREATE INDEX `billing_movements_at` ON `billing_movements` (`at`);--> statement-breakpoint
CREATE INDEX `billing_movements_user` ON `billing_movements` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `billing_movements_version` ON `billing_movements` (`subscription_id`,`version`);--> statement-breakpoint
CREATE TABLE `billing_operations` (
	`id` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`kind` text NOT NULL,
	`level` text,
	`interval` text,
	`state` text NOT NULL,
	`begun_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`subscription_id`) REFERENCES `billing_subscriptions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "billing_operation_state" CHECK(state in ('begun', 'done', 'failed')),
	CONSTRAINT "billing_operation_settled" CHECK((state = 'begun') = (settled_at is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_operations_open` ON `billing_operations` (`subscription_id`) WHERE state = 'begun';--> statement-breakpoint
CREATE TABLE `billing_signups` (
	`user_id` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`gateway` text NOT NULL,
	`level` text NOT NULL,
	`interval` text NOT NULL,
	`asset` text NOT NULL,
	`trial` integer NOT NULL,
	`checkout_id` text,
	`url` text,
	`begun_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `billing_trials` (
	`user_id` text PRIMARY KEY NOT NULL,
	`person_hash` text,
	`subscription_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`told_at` integer,
	`outcome` text NOT NULL,
	`decided_at` integer,
	CONSTRAINT "billing_trial_outcome" CHECK(outcome in ('open', 'converted', 'lost')),
	CONSTRAINT "billing_trial_decided" CHECK((outcome = 'open') = (decided_at is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `billing_trials_person` ON `billing_trials` (`person_hash`);--> statement-breakpoint
CREATE INDEX `billing_trials_open` ON `billing_trials` (`outcome`,`ends_at`);--> statement-breakpoint
-- Nothing has written to the table before this, so it is made anew.
DROP TABLE `billing_subscriptions`;--> statement-breakpoint
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
	`surplus` integer DEFAULT false NOT NULL,
	`ended_at` integer,
	`version` integer NOT NULL,
	`synced_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "billing_subscription_level" CHECK(level in ('free', 'basic', 'pro', 'enterprise') and level <> 'free'),
	CONSTRAINT "billing_subscription_status" CHECK(status in ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')),
	CONSTRAINT "billing_subscription_amount" CHECK(amount_minor >= 0),
	CONSTRAINT "billing_subscription_period" CHECK(current_period_end >= current_period_start),
	CONSTRAINT "billing_subscription_ended" CHECK((status = 'canceled') = (ended_at is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_subscriptions_live` ON `billing_subscriptions` (`user_id`) WHERE status <> 'canceled';--> statement-breakpoint
CREATE INDEX `billing_subscriptions_user` ON `billing_subscriptions` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `billing_subscriptions_due` ON `billing_subscriptions` (`status`,`synced_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `billing_subscriptions_gateway` ON `billing_subscriptions` (`gateway`,`gateway_ref`);