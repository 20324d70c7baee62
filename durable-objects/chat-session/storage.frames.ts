import type { Proposal, ProposalState } from "./contract.ts";

/**
 * What a conversation has sent and still owes. What must stay true:
 * - Frames are kept in runs: the numbers of a run have no gap, and no number is in two runs.
 * - A report stays until D1 has taken it.
 */

/** A frame that was sent, as text, with its number. */
export interface Sent {
  readonly seq: number;
  readonly text: string;
}

export function saveRun(sql: SqlStorage, frames: readonly Sent[], now: number): void {
  const [first, last] = [frames[0], frames.at(-1)];
  if (!first || !last) return;
  sql.exec(
    "insert into runs (first_seq, last_seq, frames, created_at) values (?, ?, ?, ?)",
    first.seq,
    last.seq,
    JSON.stringify(frames.map(({ text }) => text)),
    now,
  );
}

interface RunRow extends Record<string, SqlStorageValue> {
  first_seq: number;
  last_seq: number;
  frames: string;
}

/** The stored frames after a number, in their order. */
export function framesAfter(sql: SqlStorage, after: number): Sent[] {
  const rows = sql.exec<RunRow>("select * from runs where last_seq > ? order by first_seq", after);
  return [...rows].flatMap((row) =>
    (JSON.parse(row.frames) as string[])
      .map((text, index) => ({ seq: row.first_seq + index, text }))
      .filter(({ seq }) => seq > after),
  );
}

/** The numbers of the first and the last frame that is kept; zeros where none is. */
export function keptRange(sql: SqlStorage): { first: number; last: number } {
  const row = sql
    .exec<{ first: number | null; last: number | null }>(
      "select min(first_seq) as first, max(last_seq) as last from runs",
    )
    .one();
  return { first: row.first ?? 0, last: row.last ?? 0 };
}

/** Removes runs from before a moment, but never the newest ones. */
export function pruneRuns(sql: SqlStorage, before: number): void {
  sql.exec(
    `delete from runs where created_at < ?
     and first_seq < (select min(first_seq) from (select first_seq from runs order by first_seq desc limit 20))`,
    before,
  );
}

export function addProposal(sql: SqlStorage, proposal: Proposal, expiresAt: number): void {
  sql.exec(
    "insert or ignore into proposals (id, body, state, expires_at) values (?, ?, 'open', ?)",
    proposal.id,
    JSON.stringify(proposal),
    expiresAt,
  );
}

export interface KeptProposal {
  readonly proposal: Proposal;
  readonly state: ProposalState;
  readonly expiresAt: number;
}

export function findProposal(sql: SqlStorage, id: string): KeptProposal | null {
  const [row] = sql.exec<{ body: string; state: string; expires_at: number }>(
    "select * from proposals where id = ?",
    id,
  );
  if (!row) return null;
  return {
    proposal: JSON.parse(row.body) as Proposal,
    state: row.state as ProposalState,
    expiresAt: row.expires_at,
  };
}

export function listOpenProposals(sql: SqlStorage, now: number): Proposal[] {
  const rows = sql.exec<{ body: string }>(
    "select body from proposals where state = 'open' and expires_at > ? order by id limit 20",
    now,
  );
  return [...rows].map(({ body }) => JSON.parse(body) as Proposal);
}

export function decideProposal(sql: SqlStorage, id: string, state: ProposalState): void {
  sql.exec("update proposals set state = ? where id = ?", state, id);
}

export function saveReport(sql: SqlStorage, id: string, body: string): void {
  sql.exec("insert or replace into reports (id, body) values (?, ?)", id, body);
}

export function listReports(sql: SqlStorage): { id: string; body: string }[] {
  return [...sql.exec<{ id: string; body: string }>("select id, body from reports order by id limit 100")];
}

export function deleteReports(sql: SqlStorage, ids: readonly string[]): void {
  for (const id of ids) sql.exec("delete from reports where id = ?", id);
}
