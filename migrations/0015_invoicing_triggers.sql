-- A document that has its number stays as it was written: what is wrong is corrected by another document.
CREATE TRIGGER invoicing_documents_kept BEFORE DELETE ON invoicing_documents
BEGIN SELECT RAISE(ABORT, 'invoicing_document_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_documents_fixed BEFORE UPDATE OF id, user_id, kind, series, seq, number, source, invoice_id, asset, lines, tax_lines, subtotal_minor, tax_minor, total_minor, issued_at ON invoicing_documents
BEGIN SELECT RAISE(ABORT, 'invoicing_document_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_documents_settled BEFORE UPDATE OF status, paid_at ON invoicing_documents
WHEN OLD.status <> 'open' AND NEW.status <> OLD.status
BEGIN SELECT RAISE(ABORT, 'invoicing_document_is_settled'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_documents_next BEFORE INSERT ON invoicing_documents
WHEN NEW.seq <> (SELECT last FROM invoicing_series WHERE series = NEW.series)
BEGIN SELECT RAISE(ABORT, 'invoicing_number_out_of_turn'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_series_kept BEFORE DELETE ON invoicing_series
BEGIN SELECT RAISE(ABORT, 'invoicing_series_has_no_gap'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_series_begins BEFORE INSERT ON invoicing_series
WHEN NEW.last <> 1
BEGIN SELECT RAISE(ABORT, 'invoicing_series_has_no_gap'); END;
--> statement-breakpoint
CREATE TRIGGER invoicing_series_next BEFORE UPDATE ON invoicing_series
WHEN NEW.last <> OLD.last + 1 OR NEW.series <> OLD.series
BEGIN SELECT RAISE(ABORT, 'invoicing_series_has_no_gap'); END;
