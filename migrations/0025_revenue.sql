CREATE TABLE `revenue_costs` (
	`id` text PRIMARY KEY NOT NULL,
	`date` text NOT NULL,
	`kind` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`asset` text NOT NULL,
	`note` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "revenue_cost_kind" CHECK(kind in ('marketing', 'sales', 'other')),
	CONSTRAINT "revenue_cost_amount" CHECK(amount_minor <> 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `revenue_costs_date` ON `revenue_costs` (`date`);--> statement-breakpoint
CREATE TABLE `revenue_snapshots` (
	`date` text NOT NULL,
	`asset` text NOT NULL,
	`mrr_minor` integer NOT NULL,
	`customers` integer NOT NULL,
	`new_minor` integer NOT NULL,
	`expansion_minor` integer NOT NULL,
	`contraction_minor` integer NOT NULL,
	`churn_minor` integer NOT NULL,
	`reactivation_minor` integer NOT NULL,
	`taken_at` integer NOT NULL,
	PRIMARY KEY(`date`, `asset`)
) STRICT;
