CREATE TABLE `webhooks_attempts` (
	`delivery_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`error` text,
	PRIMARY KEY(`delivery_id`, `number`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `webhooks_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`dedupe_key` text NOT NULL,
	`state` text NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	CONSTRAINT "webhooks_delivery_state" CHECK(state in ('pending', 'delivered', 'failed')),
	CONSTRAINT "webhooks_delivery_due" CHECK((state = 'pending') = (next_attempt_at is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_delivery_once` ON `webhooks_deliveries` (`endpoint_id`,`dedupe_key`);--> statement-breakpoint
CREATE INDEX `webhooks_deliveries_endpoint` ON `webhooks_deliveries` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhooks_deliveries_user` ON `webhooks_deliveries` (`user_id`);--> statement-breakpoint
CREATE INDEX `webhooks_deliveries_age` ON `webhooks_deliveries` (`created_at`);--> statement-breakpoint
CREATE TABLE `webhooks_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`state` text NOT NULL,
	`disabled_by` text,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "webhooks_endpoint_state" CHECK((state = 'enabled') = (disabled_by is null)),
	CONSTRAINT "webhooks_endpoint_overlap" CHECK((previous_secret is null) = (previous_until is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhooks_endpoints_user` ON `webhooks_endpoints` (`user_id`,`id`);