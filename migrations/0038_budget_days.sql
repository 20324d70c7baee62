CREATE TABLE `budget_days` (
	`user_id` text NOT NULL,
	`date` text NOT NULL,
	`income` integer NOT NULL,
	`spending` integer NOT NULL,
	PRIMARY KEY(`user_id`, `date`),
	CONSTRAINT "budget_day_signs" CHECK(income >= 0 and spending >= 0)
) STRICT, WITHOUT ROWID;
