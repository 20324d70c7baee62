import type { Answered } from "#modules/assistant";
import { interruptedEnding, writeReport } from "#modules/assistant";
import type { Ctx } from "#platform/ctx";
import type { Visitor } from "./contract.ts";
import type { LastFrame } from "./frames.ts";
import { writeLast } from "./frames.ts";
import type { Journal } from "./journal.ts";
import * as frames from "./storage.frames.ts";
import type { Ending } from "./storage.ts";
import * as storage from "./storage.ts";

/** How answers end. */

export interface End {
  readonly visitor: Visitor;
  readonly settlement: Answered["settlement"];
  readonly now: number;
}

/** Stores the end of an answer with everything that follows from it, in one piece. Gives the last frame. */
export function storeEnd(
  store: DurableObjectStorage,
  journal: Journal,
  { last, end }: { readonly last: LastFrame & { readonly ending: Ending }; readonly end: End },
): string {
  storage.endAnswer(store.sql, last.messageId, last.ending);
  const { text } = journal.append((seq) => writeLast(last, seq), end.now);
  journal.save(end.now);
  store.kv.delete("interrupted");
  store.kv.delete("untold");
  storeReport(store.sql, last.messageId, end);
  return text;
}

/** What the database must be told of an answer. */
export function storeReport(sql: SqlStorage, turnId: string, { visitor, settlement, now }: End): void {
  const body = writeReport({
    turnId,
    conversationId: visitor.conversationId,
    messageCount: storage.countMessages(sql),
    firstQuestion: storage.firstQuestion(sql),
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
  readonly journal: () => Journal;
  readonly ctxOf: (visitor: Visitor) => Ctx;
  readonly now: number;
}

/** Ends the answer that was under way when the object died, with what is stored of it. Says whether there was one. */
export function endCut(store: DurableObjectStorage, { journal, ctxOf, now }: Cutting): boolean {
  const cut = storage.unfinishedAnswer(store.sql);
  if (!cut) return false;
  const { clientId, visitor, inputCharacters } = JSON.parse(cut.detail) as Detail;
  const text = saidLast(journal());
  const { ending, settlement } = interruptedEnding(ctxOf(visitor), { inputCharacters, text });
  const last = { id: clientId, messageId: cut.id, ending: { ...ending, content: text }, nearLimit: false };
  storeEnd(store, journal(), { last, end: { visitor, settlement, now } });
  store.kv.put("interrupted", last);
  store.kv.put("untold", journal().seq);
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
