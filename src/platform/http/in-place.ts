import type { Database } from "#platform/db";

/**
 * Readings that a page calls for in place share the page's session of the database, so that what they ask side by side
 * is one look at it.
 */
const shared = new WeakMap<Request, Database>();

export function shareDatabase(request: Request, db: Database): void {
  shared.set(request, db);
}

/** The database that a request shares with the page that makes it; undefined for requests from outside. */
export function sharedDatabase(request: Request): Database | undefined {
  return shared.get(request);
}
