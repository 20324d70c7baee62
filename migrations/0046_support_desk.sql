CREATE TABLE `support_canned_answers` (
	`name` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `support_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_id` text NOT NULL,
	`author_id` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `support_tickets`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `support_notes_ticket` ON `support_notes` (`ticket_id`,`id`);--> statement-breakpoint
CREATE TABLE `support_ratings` (
	`ticket_id` text PRIMARY KEY NOT NULL,
	`stars` integer NOT NULL,
	`comment` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `support_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "support_rating_stars" CHECK(stars between 1 and 5)
) STRICT;
--> statement-breakpoint
ALTER TABLE `support_tickets` ADD `assigned_to` text;--> statement-breakpoint
ALTER TABLE `support_tickets` ADD `answered_at` integer;