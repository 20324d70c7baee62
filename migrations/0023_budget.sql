CREATE TABLE `budget_account_months` (
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`month` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`user_id`, `account_id`, `month`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `budget_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`asset` text NOT NULL,
	`on_budget` integer NOT NULL,
	`closed` integer DEFAULT false NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	`cleared_balance` integer DEFAULT 0 NOT NULL,
	`reconciled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "budget_account_balance_safe" CHECK(abs(balance) <= 9007199254740991 and abs(cleared_balance) <= 9007199254740991)
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_accounts_user` ON `budget_accounts` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `budget_allocations` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`month` text NOT NULL,
	`category_id` text NOT NULL,
	`amount` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "budget_allocation_month" CHECK(month glob '[12][0-9][0-9][0-9]-[01][0-9]')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `budget_allocations_cell` ON `budget_allocations` (`user_id`,`category_id`,`month`);--> statement-breakpoint
CREATE INDEX `budget_allocations_sums` ON `budget_allocations` (`user_id`,`category_id`,`month`,`amount`);--> statement-breakpoint
CREATE INDEX `budget_allocations_list` ON `budget_allocations` (`user_id`,`id`,`month`,`category_id`,`amount`);--> statement-breakpoint
CREATE INDEX `budget_allocations_month` ON `budget_allocations` (`user_id`,`month`,`id`,`category_id`,`amount`);--> statement-breakpoint
CREATE TABLE `budget_carries` (
	`user_id` text NOT NULL,
	`category_id` text NOT NULL,
	`month` text NOT NULL,
	`carry` integer NOT NULL,
	PRIMARY KEY(`user_id`, `category_id`, `month`),
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `budget_categories` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`folded` text NOT NULL,
	`group_name` text NOT NULL,
	`kind` text NOT NULL,
	`icon` text,
	`position` integer NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "budget_category_kind" CHECK(kind in ('expense', 'income'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `budget_categories_user` ON `budget_categories` (`user_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `budget_categories_name` ON `budget_categories` (`user_id`,`folded`) WHERE archived = 0;--> statement-breakpoint
CREATE TABLE `budget_months` (
	`user_id` text NOT NULL,
	`month` text NOT NULL,
	`note` text,
	`income` integer,
	`held` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `month`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `budget_profiles` (
	`user_id` text PRIMARY KEY NOT NULL,
	`asset` text NOT NULL,
	`country` text,
	`started_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "budget_profile_asset" CHECK(length(asset) between 3 and 10)
) STRICT;
--> statement-breakpoint
CREATE TABLE `budget_rates` (
	`user_id` text NOT NULL,
	`asset` text NOT NULL,
	`date` text NOT NULL,
	`rate` text NOT NULL,
	PRIMARY KEY(`user_id`, `asset`, `date`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `budget_splits` (
	`transaction_id` text NOT NULL,
	`position` integer NOT NULL,
	`user_id` text NOT NULL,
	`month` text NOT NULL,
	`category_id` text,
	`amount` integer NOT NULL,
	`base_amount` integer NOT NULL,
	`counted` integer NOT NULL,
	`notes` text,
	PRIMARY KEY(`transaction_id`, `position`),
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `budget_splits_category` ON `budget_splits` (`user_id`,`category_id`,`transaction_id`);--> statement-breakpoint
CREATE TABLE `budget_sums` (
	`user_id` text NOT NULL,
	`category_id` text NOT NULL,
	`month` text NOT NULL,
	`amount` integer NOT NULL,
	`entries` integer NOT NULL,
	PRIMARY KEY(`user_id`, `category_id`, `month`),
	CONSTRAINT "budget_sum_safe" CHECK(abs(amount) <= 9007199254740991)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `budget_transactions` (
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`date` text NOT NULL,
	`amount` integer NOT NULL,
	`base_amount` integer NOT NULL,
	`payee` text,
	`imported_payee` text,
	`category_id` text,
	`notes` text,
	`cleared` integer NOT NULL,
	`reconciled` integer NOT NULL,
	`counted` integer NOT NULL,
	`split` integer NOT NULL,
	`transfer_id` text,
	`external_id` text,
	`import_id` text,
	`recurring_id` text,
	`occurrence` text,
	`search` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `date`, `id`),
	FOREIGN KEY (`account_id`) REFERENCES `budget_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`category_id`) REFERENCES `budget_categories`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "budget_transaction_date" CHECK(date glob '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	CONSTRAINT "budget_transaction_reconciled" CHECK(reconciled = 0 or cleared = 1)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `budget_transactions_id` ON `budget_transactions` (`id`);--> statement-breakpoint
CREATE INDEX `budget_transactions_account` ON `budget_transactions` (`user_id`,`account_id`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `budget_transactions_category` ON `budget_transactions` (`user_id`,`category_id`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `budget_transactions_search` ON `budget_transactions` (`user_id`,`date`,`id`,`search`);--> statement-breakpoint
CREATE INDEX `budget_transactions_payee` ON `budget_transactions` (`user_id`,`date`,`payee`,`base_amount`,`counted`);--> statement-breakpoint
CREATE UNIQUE INDEX `budget_transactions_external` ON `budget_transactions` (`account_id`,`external_id`) WHERE external_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `budget_transactions_occurrence` ON `budget_transactions` (`recurring_id`,`occurrence`) WHERE recurring_id is not null;--> statement-breakpoint
CREATE INDEX `budget_transactions_import` ON `budget_transactions` (`import_id`) WHERE import_id is not null;