ALTER TABLE `payments_checkouts` ADD `declined` text;--> statement-breakpoint
ALTER TABLE `payments_settlements` ADD `kept` integer DEFAULT 0 NOT NULL;