CREATE TABLE `analytics_activity` (
	`day` text NOT NULL,
	`user_id` text NOT NULL,
	`feature` text NOT NULL,
	`calls` integer NOT NULL,
	PRIMARY KEY(`day`, `user_id`, `feature`),
	CONSTRAINT "analytics_activity_calls" CHECK(calls > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `analytics_activity_user` ON `analytics_activity` (`user_id`,`day`);--> statement-breakpoint
CREATE TABLE `analytics_counts` (
	`day` text NOT NULL,
	`name` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`day`, `name`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `analytics_days` (
	`day` text PRIMARY KEY NOT NULL,
	`visits` integer NOT NULL,
	`registered` integer NOT NULL,
	`verified` integer NOT NULL,
	`paid` integer NOT NULL,
	`dau` integer NOT NULL,
	`wau` integer NOT NULL,
	`mau` integer NOT NULL,
	`calls` integer NOT NULL,
	`api_calls` integer NOT NULL,
	`api_failures` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `analytics_features` (
	`day` text NOT NULL,
	`feature` text NOT NULL,
	`users` integer NOT NULL,
	`calls` integer NOT NULL,
	PRIMARY KEY(`day`, `feature`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `analytics_key_usage` (
	`day` text NOT NULL,
	`key_id` text NOT NULL,
	`user_id` text NOT NULL,
	`route` text NOT NULL,
	`calls` integer NOT NULL,
	`failures` integer NOT NULL,
	PRIMARY KEY(`day`, `key_id`, `route`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `analytics_key_usage_user` ON `analytics_key_usage` (`user_id`,`day`);--> statement-breakpoint
CREATE TABLE `analytics_people` (
	`user_id` text PRIMARY KEY NOT NULL,
	`verified_on` text NOT NULL,
	`paid_on` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `analytics_people_verified` ON `analytics_people` (`verified_on`);--> statement-breakpoint
CREATE INDEX `analytics_people_paid` ON `analytics_people` (`paid_on`) WHERE paid_on is not null;--> statement-breakpoint
CREATE TABLE `analytics_retention` (
	`cohort` text NOT NULL,
	`week` integer NOT NULL,
	`size` integer NOT NULL,
	`active` integer NOT NULL,
	PRIMARY KEY(`cohort`, `week`)
) STRICT;
