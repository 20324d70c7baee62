CREATE TABLE `invoicing_documents` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`series` text NOT NULL,
	`seq` integer NOT NULL,
	`number` text NOT NULL,
	`source` text NOT NULL,
	`payment_id` text,
	`invoice_id` text,
	`status` text NOT NULL,
	`asset` text NOT NULL,
	`lines` text NOT NULL,
	`tax_lines` text NOT NULL,
	`subtotal_minor` integer NOT NULL,
	`tax_minor` integer NOT NULL,
	`total_minor` integer NOT NULL,
	`buyer_name` text,
	`buyer_email` text,
	`buyer_country` text,
	`issued_at` integer NOT NULL,
	`paid_at` integer,
	CONSTRAINT "invoicing_document_kind" CHECK(kind in ('invoice', 'credit_note')),
	CONSTRAINT "invoicing_document_status" CHECK(status in ('open', 'paid', 'void')),
	CONSTRAINT "invoicing_document_total" CHECK(total_minor = subtotal_minor + tax_minor),
	CONSTRAINT "invoicing_document_sign" CHECK((kind = 'invoice' and total_minor >= 0) or (kind = 'credit_note' and total_minor <= 0)),
	CONSTRAINT "invoicing_document_credits" CHECK((kind = 'credit_note') = (invoice_id is not null)),
	CONSTRAINT "invoicing_document_paid" CHECK((status = 'paid') = (paid_at is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `invoicing_documents_user` ON `invoicing_documents` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `invoicing_documents_payment` ON `invoicing_documents` (`payment_id`);--> statement-breakpoint
CREATE INDEX `invoicing_documents_invoice` ON `invoicing_documents` (`invoice_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoicing_documents_source` ON `invoicing_documents` (`source`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoicing_documents_number` ON `invoicing_documents` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoicing_documents_seq` ON `invoicing_documents` (`series`,`seq`);--> statement-breakpoint
CREATE TABLE `invoicing_series` (
	`series` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL,
	CONSTRAINT "invoicing_series_last" CHECK(last >= 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `invoicing_tax_rates` (
	`country` text NOT NULL,
	`name` text NOT NULL,
	`rate_bps` integer NOT NULL,
	PRIMARY KEY(`country`, `name`),
	CONSTRAINT "invoicing_tax_rate" CHECK(rate_bps between 1 and 10000)
) STRICT;
