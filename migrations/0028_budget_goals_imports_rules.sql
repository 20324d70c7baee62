CREATE TABLE `budget_import_changes` (
	`import_id` text NOT NULL,
	`transaction_id` text NOT NULL,
	`user_id` text NOT NULL,
	`before` text NOT NULL,
	PRIMARY KEY(`import_id`, `transaction_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_import_changes_user` ON `budget_import_changes` (`user_id`);--> statement-breakpoint
CREATE TABLE `budget_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`format` text NOT NULL,
	`created` integer NOT NULL,
	`duplicates` integer NOT NULL,
	`rejected` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_imports_user` ON `budget_imports` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `budget_mappings` (
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`header` text NOT NULL,
	`mapping` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `account_id`, `header`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `budget_recurring` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`rrule` text NOT NULL,
	`start_date` text NOT NULL,
	`amount` integer NOT NULL,
	`payee` text,
	`category_id` text,
	`notes` text,
	`next_date` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_recurring_user` ON `budget_recurring` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `budget_recurring_due` ON `budget_recurring` (`next_date`) WHERE next_date is not null;--> statement-breakpoint
CREATE TABLE `budget_removals` (
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`external_id` text NOT NULL,
	`removed_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `account_id`, `external_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `budget_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`position` integer NOT NULL,
	`match` text NOT NULL,
	`pattern` text NOT NULL,
	`payee` text NOT NULL,
	`category_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "budget_rule_match" CHECK(match in ('is', 'contains', 'startsWith'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_rules_order` ON `budget_rules` (`user_id`,`position`,`id`);--> statement-breakpoint
CREATE TABLE `budget_goals` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`category_id` text,
	`target` integer NOT NULL,
	`saved` integer NOT NULL,
	`target_date` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "budget_goal_target" CHECK(target > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_goals_user` ON `budget_goals` (`user_id`,`id`);