import { answer } from "#modules/assistant";
import type { Answered, Prepared } from "#modules/assistant";
import type { Id } from "#kernel/ids";
import { makeId } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import { randomBytes } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { Coalescer } from "./coalescer.ts";
import { endCut, storeEnd, storeReport } from "./endings.ts";
import type { Detail } from "./endings.ts";
import type { ClientFrame, Refusal, Visitor } from "./contract.ts";
import { refuse, write, writeLast, writePiece } from "./frames.ts";
import type { LastFrame } from "./frames.ts";
import { Journal } from "./journal.ts";
import { admitMessage, admitRegenerate, LEAVING_MS } from "./machine.ts";
import { propose } from "./proposals.ts";
import type { Ending, Question, Said } from "./storage.ts";
import * as storage from "./storage.ts";

/** What the object does for its conversation. */
export interface Host {
  readonly ctxOf: (visitor: Visitor) => Ctx;
  readonly send: (text: string) => void;
  readonly takePrepared: () => Prepared | null;
  /** An answer is about to be stored: what else is to be written goes along. */
  readonly beginning: () => void;
  readonly settled: () => Promise<void>;
  readonly keepAwake: (until: number) => void;
}

/** Who asked, and how to answer only them. */
export interface From {
  readonly visitor: Visitor;
  readonly reply: (text: string) => void;
}

/** The answer that is under way. It lives in memory: if that is lost, what is stored of it becomes its end. */
interface Turn {
  readonly id: Id<"msg">;
  readonly question: Question;
  readonly visitor: Visitor;
  readonly prepared: Prepared | null;
  readonly control: AbortController;
  readonly pieces: Coalescer;
  text: string;
  /** What is yet to be stored of its beginning; null once it is. */
  beginning: (() => void) | null;
}

/** A question that is about to be answered. */
interface Opening {
  readonly question: Question;
  readonly history: readonly Said[];
  /** Stores the question and tells of it, where it is a new one. */
  readonly store: (() => void) | null;
}

const HISTORY_CHARACTERS = 12_000;
const WATCH_MS = 30 * SECOND;

export class Conversation {
  readonly #storage: DurableObjectStorage;
  readonly #host: Host;
  #opened: Journal | null = null;
  #turn: Turn | null = null;
  /** What the next question will meet on disk. A cache. */
  #ahead: storage.Ahead | null = null;
  #erased = false;

  constructor(store: DurableObjectStorage, host: Host) {
    this.#storage = store;
    this.#host = host;
  }

  get answering(): boolean {
    return this.#turn !== null;
  }

  /** What was said before the next question, as far as it has been read ahead. */
  get history(): readonly Said[] {
    return this.#ahead?.history ?? [];
  }

  get erased(): boolean {
    return this.#erased;
  }

  get seq(): number {
    return this.#journal.seq;
  }

  ask(frame: Extract<ClientFrame, { type: "message" }>, { visitor, reply }: From): void {
    this.store();
    const { sql } = this.#storage;
    const ahead = this.#ahead ?? storage.readAhead(sql, HISTORY_CHARACTERS);
    const outcome = admitMessage(
      { answering: this.answering, queued: ahead.queued },
      storage.hasMessage(sql, frame.id),
    );
    if (outcome === "queue_full") return reply(refuse("queue_full"));
    const acknowledge = (): void => reply(write({ type: "ack", id: frame.id }));
    if (outcome === "repeat") return acknowledge();
    const now = Date.now();
    const id = makeId("msg", now, randomBytes(10));
    const state = outcome === "answer" ? "asked" : "queued";
    const store = (): void => {
      this.#ahead = null;
      storage.addQuestion(sql, { id, clientId: frame.id, content: frame.content, state, createdAt: now });
      acknowledge();
    };
    if (outcome === "queue") return store();
    const question = { id, position: ahead.position, clientId: frame.id, content: frame.content };
    this.#begin(visitor, { question, history: ahead.history, store });
  }

  regenerate({ visitor, reply }: From): void {
    this.store();
    const { sql } = this.#storage;
    const question = storage.lastQuestion(sql);
    const outcome = admitRegenerate({ answering: this.answering, queued: storage.countQueued(sql) }, question !== null);
    if (outcome !== "answer" || !question)
      return reply(refuse(outcome === "answer" ? "nothing_to_regenerate" : outcome));
    storage.supersedeAnswers(sql, question);
    this.#beginAgain(visitor, question);
  }

  /** Begins with the message that has waited longest, if nothing else is under way. */
  pump(visitor: Visitor): void {
    if (this.answering || this.#erased) return;
    const question = storage.takeQueued(this.#storage.sql);
    if (question) this.#beginAgain(visitor, question);
  }

  /** Reads what the next question will meet, while nobody waits for it. */
  lookAhead(): void {
    if (!this.answering && !this.#erased) this.#ahead ??= storage.readAhead(this.#storage.sql, HISTORY_CHARACTERS);
  }

  stop(): void {
    this.#turn?.control.abort();
  }

  /** Sends again what came after a frame, each one once and in its order. */
  resume(after: number, reply: (text: string) => void): void {
    this.store();
    const journal = this.#journal;
    const { kv } = this.#storage;
    // Nobody has been told of the end under this number, so that the client's frame of it is one that died.
    if (journal.adopt(after) || after === kv.get<number>("untold")) this.#repeatInterruption();
    kv.delete("untold");
    const { first } = journal;
    if (first > after + 1 && after < journal.seq && journal.seq > 0) reply(refuse("resume_expired"));
    for (const { text } of journal.after(after)) reply(text);
    const failure = this.#storage.kv.get<string>("failure");
    if (failure !== undefined && !this.answering) reply(failure);
  }

  /**
   * Stores that an answer has begun. What leaves here waits for what was stored before it, so the call to the model
   * goes first; nothing is told to anybody, and nothing else is decided, before this.
   */
  store(): void {
    const turn = this.#turn;
    if (!turn?.beginning) return;
    const { beginning } = turn;
    turn.beginning = null;
    if (!this.#erased) beginning();
  }

  /** Stores what was sent, so that it can be resumed whatever happens here. */
  save(): void {
    this.store();
    if (!this.#erased) this.#opened?.save(Date.now());
  }

  /** Ends an answer that an eviction or a deploy has cut off, with what is stored of it. Says whether there was one. */
  endInterrupted(now: number): boolean {
    return endCut(this.#storage, { journal: () => this.#journal, ctxOf: this.#host.ctxOf, now });
  }

  erase(): void {
    this.#erased = true;
    this.#ahead = null;
    this.stop();
  }

  get #journal(): Journal {
    return (this.#opened ??= new Journal(this.#storage));
  }

  /** A client has frames that died with the object: the end of that answer comes after the last of them. */
  #repeatInterruption(): void {
    const last = this.#storage.kv.get<LastFrame>("interrupted");
    if (!last) return;
    const now = Date.now();
    this.#journal.append((seq) => writeLast(last, seq), now);
    this.#journal.save(now);
  }

  /** Answers a question that is on disk. */
  #beginAgain(visitor: Visitor, question: Question): void {
    const history = storage.historyBefore(this.#storage.sql, question.position, HISTORY_CHARACTERS);
    this.#begin(visitor, { question, history, store: null });
  }

  #begin(visitor: Visitor, { question, history, store }: Opening): void {
    const now = Date.now();
    const prepared = this.#host.takePrepared();
    const id = prepared?.turnId ?? makeId("msg", now, randomBytes(10));
    this.#ahead = null;
    const inputCharacters = history.reduce((sum, { content }) => sum + content.length, question.content.length);
    const detail: Detail = { clientId: question.clientId, visitor, inputCharacters };
    const beginning = (): void => {
      this.#host.beginning();
      store?.();
      storage.beginAnswer(this.#storage.sql, { id, detail: JSON.stringify(detail), createdAt: now });
      this.#storage.kv.delete("failure");
      this.#journal.lease();
      this.#host.keepAwake(now + WATCH_MS);
    };
    const quoted = JSON.stringify(question.clientId);
    const turn: Turn = {
      id,
      question,
      visitor,
      prepared,
      control: new AbortController(),
      pieces: new Coalescer((text) => this.#emit((seq) => writePiece(quoted, seq, text))),
      text: "",
      beginning,
    };
    this.#turn = turn;
    // Without a reservation the call has to wait for the database anyway.
    if (prepared?.reserved !== true) this.store();
    void this.#run(turn, history);
    setTimeout(() => this.store(), LEAVING_MS);
  }

  async #run(turn: Turn, history: readonly Said[]): Promise<void> {
    const ctx = this.#host.ctxOf(turn.visitor);
    let answered: Answered;
    try {
      answered = await answer(ctx, {
        turnId: turn.id,
        visitor: turn.visitor,
        question: turn.question.content,
        history,
        prepared: turn.prepared,
        signal: turn.control.signal,
        onPiece: (text) => {
          turn.text += text;
          turn.pieces.push(text);
        },
        onTool: (name, status) => {
          turn.pieces.flush();
          this.#emit((seq) => write({ type: "tool", seq, name, status }));
        },
        onProposal: (proposal) => {
          this.store();
          this.#host.send(propose(this.#storage.sql, proposal));
        },
      });
    } catch (error) {
      ctx.log.error("An answer failed.", { error });
      answered = {
        ending: null,
        refusal: { code: "answer_failed", retryAfterSeconds: null },
        settlement: null,
        nearLimit: false,
      };
    }
    if (this.#erased) return;
    this.store();
    turn.pieces.flush();
    this.#turn = null;
    this.#close(turn, answered);
    this.pump(turn.visitor);
    this.lookAhead();
    await this.#host.settled();
  }

  #close(turn: Turn, { ending, refusal, settlement, nearLimit }: Answered): void {
    const end = { visitor: turn.visitor, settlement, now: Date.now() };
    if (ending) {
      const whole: Ending = { ...ending, content: turn.text };
      const last = { id: turn.question.clientId, messageId: turn.id, ending: whole, nearLimit };
      this.#host.send(storeEnd(this.#storage, this.#journal, { last, end }));
      return;
    }
    const code: Refusal = refusal?.code ?? "answer_failed";
    const text = refuse(code, refusal?.retryAfterSeconds ?? null);
    storage.endAnswer(this.#storage.sql, turn.id, null);
    this.#storage.kv.put("failure", text);
    storeReport(this.#storage.sql, turn.id, end);
    this.#host.send(text);
  }

  #emit(make: (seq: number) => string): void {
    if (this.#erased) return;
    this.store();
    this.#host.send(this.#journal.append(make, Date.now()).text);
  }
}
