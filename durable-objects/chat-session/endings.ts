import type { Answered } from "#modules/assistant";
import { interruptedEnding, writeReport } from "#modules/assistant";
import type { Ctx } from "#platform/ctx";
import type { Visitor } from "./contract.ts";
import type { LastFrame } from "./frames.ts";
import { writeLast } from "./frames.ts";
import type { Journal } from "./journal.ts";
import type { Marks } from "./marks.ts";
import * as frames from "./storage.frames.ts";
import type { Ending } from "./storage.ts";
import * as storage from "./storage.ts";

/** How answers end. */

export interface End {
  readonly visitor: Visitor;
  readonly settlement: Answered["settlement"];
  readonly now: number;
}

/** What an object keeps of its conversation. */
export interface Kept {
  readonly sql: SqlStorage;
  readonly journal: Journal;
  readonly marks: Marks;
}

/** Stores the end of an answer with everything that follows from it, in one piece. Gives the last frame. */
export function storeEnd(
  { sql, journal, marks }: Kept,
  { last, end }: { readonly last: LastFrame & { readonly ending: Ending }; readonly end: End },
): string {
  storage.endAnswer(sql, last.messageId, last.ending);
  const { text } = journal.append((seq) => writeLast(last, seq), end.now);
  journal.save(end.now);
  marks.clear("interrupted");
  marks.clear("untold");
  storeReport(sql, last.messageId, end);
  return text;
}

/** What the database must be told of an answer. */
export function storeReport(sql: SqlStorage, turnId: string, { visitor, settlement, now }: End): void {
  const body = writeReport({
    turnId,
    conversationId: visitor.conversationId,
    ...storage.progressOf(sql),
    settlement,
    at: now,
  });
  frames.saveReport(sql, turnId, body);
}

/** What must be known to end an answer without the memory of it. */
export interface Detail {
  readonly clientId: string;
  readonly visitor: Visitor;
  readonly inputCharacters: number;
}

interface Cutting {
  readonly sql: SqlStorage;
  /** Opened only where there is something to end. */
  readonly kept: () => Kept;
  readonly ctxOf: (visitor: Visitor) => Ctx;
  readonly now: number;
}

/** Ends the answer that was under way when the object died, with what is stored of it. Says whether there was one. */
export function endCut({ sql, kept: open, ctxOf, now }: Cutting): boolean {
  const cut = storage.unfinishedAnswer(sql);
  if (!cut) return false;
  const kept = open();
  const { clientId, visitor, inputCharacters } = JSON.parse(cut.detail) as Detail;
  const text = saidLast(kept.journal);
  const { ending, settlement } = interruptedEnding(ctxOf(visitor), { inputCharacters, text });
  const last = { id: clientId, messageId: cut.id, ending: { ...ending, content: text }, nearLimit: false };
  storeEnd(kept, { last, end: { visitor, settlement, now } });
  kept.marks.set("interrupted", last);
  kept.marks.set("untold", kept.journal.seq);
  return true;
}

interface Spoken {
  readonly done?: boolean;
  readonly content?: string;
}

/** What was said since the last end of an answer. */
function saidLast(journal: Journal): string {
  return journal
    .after(0)
    .map(({ text }) => JSON.parse(text) as Spoken)
    .reduce((said, { done, content }) => (done === true ? "" : said + (content ?? "")), "");
}
