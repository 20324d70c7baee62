import { recent } from "./machine.ts";
import type { Ahead, Said } from "./storage.ts";
import { hasMessage, historyBefore, listClientIds, readAhead } from "./storage.ts";

const HISTORY_CHARACTERS = 12_000;

/**
 * What the next question will meet on disk: read while nobody waits for it, and carried on in memory from one answer to
 * the next. A cache.
 */
export class Outlook {
  readonly #sql: SqlStorage;
  #ahead: Ahead | null = null;
  /** What clients have called the messages that are on disk; null where that has not been read. */
  #clientIds: Set<string> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): Ahead {
    return (this.#ahead ??= readAhead(this.#sql, HISTORY_CHARACTERS));
  }

  /** Whether a message is on disk already. */
  has(clientId: string): boolean {
    return this.#clientIds?.has(clientId) ?? hasMessage(this.#sql, clientId);
  }

  /** A message has come to disk. */
  note(clientId: string): void {
    this.#clientIds?.add(clientId);
  }

  /** Reads all of it, while nobody waits. */
  readAll(): void {
    this.read();
    this.#clientIds ??= new Set(listClientIds(this.#sql));
  }

  /** What was said before the next question, as far as it is known. */
  get history(): readonly Said[] {
    return this.#ahead?.history ?? [];
  }

  /** What was said before a question that is on disk. */
  before(position: number): readonly Said[] {
    return historyBefore(this.#sql, position, HISTORY_CHARACTERS);
  }

  forget(): void {
    this.#ahead = null;
  }

  /** Nothing is on disk any more. */
  forgetAll(): void {
    this.forget();
    this.#clientIds = null;
  }

  /** A question that met this has its answer, and nothing has come in between. */
  goOn({ position, history }: Ahead, question: string, answer: string): void {
    const said: readonly Said[] = [
      ...history,
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ];
    this.#ahead = { position: position + 2, queued: 0, history: recent(said, HISTORY_CHARACTERS) };
  }
}
