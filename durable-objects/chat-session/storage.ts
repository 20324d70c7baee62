import type { Id } from "#kernel/ids";
import { recent, RECENT_MESSAGES } from "./machine.ts";
import type { ChatMessage, FinishReason, MessageQuery, Source, Usage } from "./contract.ts";

/**
 * A conversation on disk. What must stay true:
 * - Messages are only added; an answer that was made anew is kept and marked, and shown no more.
 * - One question is being answered at most, and those that wait come after it.
 */

const STEPS: readonly string[] = [
  `create table messages (
     position integer primary key,
     id text not null constraint messages_id unique,
     role text not null constraint messages_role check (role in ('user', 'assistant')),
     content text not null,
     client_id text constraint messages_client_id unique,
     state text not null constraint messages_state
       check (state in ('queued', 'asked', 'answering', 'complete', 'superseded')),
     source text,
     finish_reason text,
     usage text,
     detail text,
     created_at integer not null
   ) strict;
   create unique index messages_answering on messages (state) where state = 'answering';
   create index messages_queued on messages (position) where state = 'queued';
   create table runs (
     first_seq integer primary key,
     last_seq integer not null constraint runs_order check (last_seq >= first_seq),
     frames text not null,
     created_at integer not null
   ) strict;
   create table proposals (
     id text primary key,
     body text not null,
     state text not null constraint proposals_state
       check (state in ('open', 'accepted', 'rejected', 'failed', 'expired')),
     expires_at integer not null
   ) strict;
   create table reports (id text primary key, body text not null) strict;`,
];

/** Brings the schema of this object up to date; each step runs once. */
export function migrate(storage: DurableObjectStorage): void {
  const done = storage.kv.get<number>("schema") ?? 0;
  if (done === STEPS.length) return;
  storage.transactionSync(() => {
    for (const step of STEPS.slice(done)) storage.sql.exec(step);
    storage.kv.put("schema", STEPS.length);
  });
}

interface MessageRow extends Record<string, SqlStorageValue> {
  position: number;
  id: string;
  role: string;
  content: string;
  client_id: string | null;
  state: string;
  source: string | null;
  finish_reason: string | null;
  usage: string | null;
  detail: string | null;
  created_at: number;
}

/** A question, and whether it has been answered. */
export interface Question {
  readonly id: Id<"msg">;
  readonly position: number;
  readonly clientId: string;
  readonly content: string;
}

export interface Said {
  readonly role: "user" | "assistant";
  readonly content: string;
}

const toQuestion = (row: MessageRow): Question => ({
  id: row.id as Id<"msg">,
  position: row.position,
  clientId: row.client_id ?? row.id,
  content: row.content,
});

export function hasMessage(sql: SqlStorage, clientId: string): boolean {
  return sql.exec("select 1 from messages where client_id = ?", clientId).next().done !== true;
}

export function listClientIds(sql: SqlStorage): string[] {
  const rows = sql.exec<{ id: string }>("select client_id as id from messages where client_id is not null");
  return [...rows].map(({ id }) => id);
}

export interface NewQuestion {
  readonly id: Id<"msg">;
  readonly clientId: string;
  readonly content: string;
  readonly state: "queued" | "asked";
  readonly createdAt: number;
}

export function addQuestion(sql: SqlStorage, row: NewQuestion): void {
  sql.exec(
    "insert into messages (id, role, content, client_id, state, created_at) values (?, 'user', ?, ?, ?, ?)",
    row.id,
    row.content,
    row.clientId,
    row.state,
    row.createdAt,
  );
}

/** The question that has waited longest, which now waits no more. */
export function takeQueued(sql: SqlStorage): Question | null {
  const [row] = sql.exec<MessageRow>("select * from messages where state = 'queued' order by position limit 1");
  if (!row) return null;
  // It moves behind the answers that were given while it waited.
  sql.exec(
    "update messages set state = 'asked', position = (select max(position) + 1 from messages) where id = ?",
    row.id,
  );
  return lastQuestion(sql);
}

/** What a new question will meet. */
export interface Ahead {
  /** The place that it will have. */
  readonly position: number;
  readonly queued: number;
  readonly history: readonly Said[];
}

export function readAhead(sql: SqlStorage, maxCharacters: number): Ahead {
  const { position } = sql
    .exec<{ position: number }>("select coalesce(max(position), 0) + 1 as position from messages")
    .one();
  return { position, queued: countQueued(sql), history: historyBefore(sql, position, maxCharacters) };
}

export function countQueued(sql: SqlStorage): number {
  return sql.exec<{ count: number }>("select count(*) as count from messages where state = 'queued'").one().count;
}

export function lastQuestion(sql: SqlStorage): Question | null {
  const [row] = sql.exec<MessageRow>(
    "select * from messages where role = 'user' and state = 'asked' order by position desc limit 1",
  );
  return row ? toQuestion(row) : null;
}

/** An answer that has begun. `detail` is what its end must be told: the question's id and what was reserved for it. */
export function beginAnswer(
  sql: SqlStorage,
  answer: { readonly id: Id<"msg">; readonly detail: string; readonly createdAt: number },
): void {
  sql.exec(
    "insert into messages (id, role, content, state, detail, created_at) values (?, 'assistant', '', 'answering', ?, ?)",
    answer.id,
    answer.detail,
    answer.createdAt,
  );
}

/** What was answered to the newest question is shown no more. */
export function supersedeAnswers(sql: SqlStorage, question: Question): void {
  sql.exec(
    "update messages set state = 'superseded' where role = 'assistant' and state = 'complete' and position > ?",
    question.position,
  );
}

/** The answer that was under way when the object last stopped. */
export function unfinishedAnswer(sql: SqlStorage): { id: Id<"msg">; detail: string; createdAt: number } | null {
  const [row] = sql.exec<MessageRow>("select * from messages where state = 'answering'");
  return row ? { id: row.id as Id<"msg">, detail: row.detail ?? "{}", createdAt: row.created_at } : null;
}

export interface Ending {
  readonly content: string;
  readonly source: Source;
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

/** Ends an answer; one of which nothing was said is forgotten. */
export function endAnswer(sql: SqlStorage, id: string, ending: Ending | null): void {
  if (ending === null || ending.content === "") sql.exec("delete from messages where id = ?", id);
  else
    sql.exec(
      "update messages set state = 'complete', content = ?, source = ?, finish_reason = ?, usage = ? where id = ?",
      ending.content,
      ending.source,
      ending.finishReason,
      JSON.stringify(ending.usage),
      id,
    );
}

const SHOWN = "state in ('queued', 'asked', 'complete')";

/** Newest first; one more than asked for, if there is one. */
export function listMessages(sql: SqlStorage, { before, limit }: MessageQuery): ChatMessage[] {
  const rows = sql.exec<MessageRow>(
    `select * from messages where ${SHOWN} and position < ? order by position desc limit ?`,
    before ?? Number.MAX_SAFE_INTEGER,
    limit + 1,
  );
  return [...rows].map((row) => ({
    id: row.id as Id<"msg">,
    position: row.position,
    role: row.role as ChatMessage["role"],
    content: row.content,
    source: row.source as Source | null,
    finishReason: row.finish_reason as FinishReason | null,
    usage: row.usage === null ? null : (JSON.parse(row.usage) as Usage),
    createdAt: row.created_at,
  }));
}

/** How many messages there are, and what the conversation began with; empty before that. */
export function progressOf(sql: SqlStorage): { readonly messageCount: number; readonly firstQuestion: string } {
  return sql
    .exec<{ messageCount: number; firstQuestion: string }>(
      `select count(*) as messageCount,
         coalesce((select content from messages where role = 'user' order by position limit 1), '') as firstQuestion
       from messages where ${SHOWN}`,
    )
    .one();
}

/** What was said before a question, oldest first, as far back as the budget of characters goes. */
export function historyBefore(sql: SqlStorage, position: number, maxCharacters: number): readonly Said[] {
  const rows = sql.exec<{ role: "user" | "assistant"; content: string }>(
    `select role, content from messages
     where position < ? and state in ('asked', 'complete') order by position desc limit ?`,
    position,
    RECENT_MESSAGES,
  );
  return recent(rows.toArray().toReversed(), maxCharacters);
}
