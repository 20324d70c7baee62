CREATE TABLE `gateways_sandbox_objects` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`customer_id` text,
	`data` text NOT NULL,
	`version` integer NOT NULL,
	`due_at` integer,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `gateways_sandbox_customer` ON `gateways_sandbox_objects` (`customer_id`,`kind`);--> statement-breakpoint
CREATE INDEX `gateways_sandbox_due` ON `gateways_sandbox_objects` (`due_at`);--> statement-breakpoint
CREATE INDEX `gateways_sandbox_created` ON `gateways_sandbox_objects` (`kind`,`created_at`);--> statement-breakpoint
CREATE TABLE `gateways_webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`topic` text,
	`object_id` text,
	`state` text NOT NULL,
	`reason` text,
	`user_id` text,
	`body` text,
	`received_at` integer NOT NULL,
	`settled_at` integer,
	CONSTRAINT "gateways_webhook_provider" CHECK(provider in ('stripe', 'razorpay', 'sandbox')),
	CONSTRAINT "gateways_webhook_state" CHECK(state in ('received', 'handled', 'ignored')),
	CONSTRAINT "gateways_webhook_reason" CHECK((state = 'ignored') = (reason is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `gateways_webhooks_state` ON `gateways_webhooks` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `gateways_webhooks_received` ON `gateways_webhooks` (`provider`,`received_at`);--> statement-breakpoint
CREATE INDEX `gateways_webhooks_user` ON `gateways_webhooks` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `gateways_webhook_known` ON `gateways_webhooks` (`provider`,`event_id`);--> statement-breakpoint
CREATE TABLE `payments_checkouts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`mode` text NOT NULL,
	`purpose` text NOT NULL,
	`reference` text NOT NULL,
	`payment_id` text,
	`vendor_id` text,
	`subscription_id` text,
	`url` text,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "payments_checkout_mode" CHECK(mode in ('payment', 'subscription', 'setup')),
	CONSTRAINT "payments_checkout_state" CHECK(state in ('created', 'open', 'complete', 'expired'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_checkouts_user` ON `payments_checkouts` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `payments_checkouts_state` ON `payments_checkouts` (`state`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_checkout_vendor` ON `payments_checkouts` (`provider`,`vendor_id`);--> statement-breakpoint
CREATE TABLE `payments_comparisons` (
	`provider` text PRIMARY KEY NOT NULL,
	`compared_at` integer NOT NULL,
	`payments` integer NOT NULL,
	`settled` integer NOT NULL,
	`failure` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `payments_customers` (
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`vendor_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `provider`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_customer_vendor` ON `payments_customers` (`provider`,`vendor_id`);--> statement-breakpoint
CREATE TABLE `payments_differences` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`amount` integer,
	`asset` text,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`resolved_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_differences_open` ON `payments_differences` (`resolved_at`,`first_seen_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_difference_known` ON `payments_differences` (`provider`,`kind`,`subject`);--> statement-breakpoint
CREATE TABLE `payments_disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`payment_id` text NOT NULL,
	`provider` text NOT NULL,
	`vendor_id` text NOT NULL,
	`amount` integer NOT NULL,
	`state` text NOT NULL,
	`booked` integer NOT NULL,
	`reason` text NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	FOREIGN KEY (`payment_id`) REFERENCES `payments_payments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payments_dispute_state" CHECK(state in ('inquiry', 'open', 'won', 'lost'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_disputes_payment` ON `payments_disputes` (`payment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_dispute_vendor` ON `payments_disputes` (`provider`,`vendor_id`);--> statement-breakpoint
CREATE TABLE `payments_payments` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`checkout_id` text,
	`purpose` text NOT NULL,
	`reference` text NOT NULL,
	`revenue` text NOT NULL,
	`amount` integer NOT NULL,
	`tax` integer NOT NULL,
	`asset` text NOT NULL,
	`status` text NOT NULL,
	`vendor_id` text,
	`invoice_id` text,
	`subscription_id` text,
	`fee` integer,
	`refunded` integer DEFAULT 0 NOT NULL,
	`refunding` integer DEFAULT 0 NOT NULL,
	`disputed` integer DEFAULT 0 NOT NULL,
	`failure_code` text,
	`created_at` integer NOT NULL,
	`captured_at` integer,
	CONSTRAINT "payments_payment_status" CHECK(status in ('created', 'pending', 'captured', 'failed')),
	CONSTRAINT "payments_payment_amount" CHECK(amount >= 1 and tax between 0 and amount),
	CONSTRAINT "payments_refund_within_amount" CHECK(refunded >= 0 and refunding >= 0 and refunded + refunding <= amount),
	CONSTRAINT "payments_refund_of_captured" CHECK(refunded + refunding = 0 or status = 'captured'),
	CONSTRAINT "payments_captured_known" CHECK((status = 'captured') = (captured_at is not null and vendor_id is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_payments_user` ON `payments_payments` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `payments_payments_status` ON `payments_payments` (`status`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_payment_vendor` ON `payments_payments` (`provider`,`vendor_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_payment_invoice` ON `payments_payments` (`provider`,`invoice_id`);--> statement-breakpoint
CREATE TABLE `payments_refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`payment_id` text NOT NULL,
	`provider` text NOT NULL,
	`vendor_id` text,
	`amount` integer NOT NULL,
	`tax` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`payment_id`) REFERENCES `payments_payments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payments_refund_state" CHECK(state in ('requested', 'pending', 'paid', 'failed')),
	CONSTRAINT "payments_refund_amount" CHECK(amount >= 1 and tax between 0 and amount)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_refunds_payment` ON `payments_refunds` (`payment_id`);--> statement-breakpoint
CREATE INDEX `payments_refunds_state` ON `payments_refunds` (`state`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `payments_refund_vendor` ON `payments_refunds` (`provider`,`vendor_id`);--> statement-breakpoint
CREATE TABLE `payments_subscriptions` (
	`provider` text NOT NULL,
	`vendor_id` text NOT NULL,
	`user_id` text NOT NULL,
	`checkout_id` text,
	`reference` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`provider`, `vendor_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payments_subscriptions_user` ON `payments_subscriptions` (`user_id`);