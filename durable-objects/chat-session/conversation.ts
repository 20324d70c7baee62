import { answer } from "#modules/assistant";
import type { Answered, Prepared } from "#modules/assistant";
import { makeId } from "#kernel/ids";
import { randomBytes } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { Coalescer } from "./coalescer.ts";
import { endCut, storeEnd, storeReport } from "./endings.ts";
import type { Detail, Kept } from "./endings.ts";
import type { ClientFrame, Refusal, Visitor } from "./contract.ts";
import { refuse, write, writeLast, writePiece } from "./frames.ts";
import { Journal } from "./journal.ts";
import { admitMessage, admitRegenerate } from "./machine.ts";
import { Marks } from "./marks.ts";
import { Outlook } from "./outlook.ts";
import { propose } from "./proposals.ts";
import type { Ending, Question, Said } from "./storage.ts";
import * as storage from "./storage.ts";
import type { Opening, Turn } from "./turn.ts";

/** What the object does for its conversation. */
export interface Host {
  readonly ctxOf: (visitor: Visitor) => Ctx;
  readonly send: (text: string) => void;
  readonly takePrepared: () => Prepared | null;
  /** The end of an answer is about to be stored: what else is to be written goes along. */
  readonly ending: () => void;
  readonly settled: () => Promise<void>;
  /** Does it once a question has left for its model. */
  readonly afterwards: (work: () => void) => void;
}

/** Who asked, and how to answer only them. */
export interface From {
  readonly visitor: Visitor;
  readonly reply: (text: string) => void;
}

const FAILED: Answered = {
  ending: null,
  refusal: { code: "answer_failed", retryAfterSeconds: null },
  settlement: null,
  nearLimit: false,
};

export class Conversation {
  readonly #storage: DurableObjectStorage;
  readonly #host: Host;
  #opened: Journal | null = null;
  readonly #marks: Marks;
  readonly #outlook: Outlook;
  #turn: Turn | null = null;
  #erased = false;

  constructor(store: DurableObjectStorage, host: Host) {
    this.#storage = store;
    this.#host = host;
    this.#marks = new Marks(store.kv);
    this.#outlook = new Outlook(store.sql);
  }

  get answering(): boolean {
    return this.#turn !== null;
  }

  /** What was said before the next question, as far as it is known. */
  get history(): readonly Said[] {
    return this.#outlook.history;
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
    const { answering } = this;
    const queued = answering ? storage.countQueued(sql) : this.#outlook.read().queued;
    const outcome = admitMessage({ answering, queued }, this.#outlook.has(frame.id));
    if (outcome === "queue_full") return reply(refuse("queue_full"));
    const acknowledge = (): void => reply(write({ type: "ack", id: frame.id }));
    if (outcome === "repeat") return acknowledge();
    const now = Date.now();
    const id = makeId("msg", now, randomBytes(10));
    const state = outcome === "answer" ? "asked" : "queued";
    const store = (): void => {
      storage.addQuestion(sql, { id, clientId: frame.id, content: frame.content, state, createdAt: now });
      this.#outlook.note(frame.id);
      acknowledge();
    };
    if (outcome === "queue") {
      if (this.#turn) this.#turn.met = null;
      this.#outlook.forget();
      return store();
    }
    const met = this.#outlook.read();
    const question = { id, position: met.position, clientId: frame.id, content: frame.content };
    this.#begin(visitor, { question, history: met.history, met, store });
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
    if (!this.answering && !this.#erased) this.#outlook.readAll();
  }

  stop(): void {
    this.#turn?.control.abort();
  }

  /** Sends again what came after a frame, each one once and in its order. */
  resume(after: number, reply: (text: string) => void): void {
    this.store();
    const journal = this.#journal;
    // Nobody has been told of the end under this number, so that the client's frame of it is one that died.
    if (journal.adopt(after) || after === this.#marks.get("untold")) this.#repeatInterruption();
    this.#marks.clear("untold");
    const { first } = journal;
    if (first > after + 1 && after < journal.seq && journal.seq > 0) reply(refuse("resume_expired"));
    for (const { text } of journal.after(after)) reply(text);
    const failure = this.#marks.get("failure");
    if (failure !== null && !this.answering) reply(failure);
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
    return endCut({ sql: this.#storage.sql, kept: () => this.#kept, ctxOf: this.#host.ctxOf, now });
  }

  erase(): void {
    this.#erased = true;
    this.#outlook.forgetAll();
    this.stop();
  }

  get #journal(): Journal {
    return (this.#opened ??= new Journal(this.#storage));
  }

  get #kept(): Kept {
    return { sql: this.#storage.sql, journal: this.#journal, marks: this.#marks };
  }

  /** A client has frames that died with the object: the end of that answer comes after the last of them. */
  #repeatInterruption(): void {
    const last = this.#marks.get("interrupted");
    if (!last) return;
    const now = Date.now();
    this.#journal.append((seq) => writeLast(last, seq), now);
    this.#journal.save(now);
  }

  /** Answers a question that is on disk. */
  #beginAgain(visitor: Visitor, question: Question): void {
    const history = this.#outlook.before(question.position);
    this.#begin(visitor, { question, history, met: null, store: null });
  }

  #begin(visitor: Visitor, { question, history, met, store }: Opening): void {
    const now = Date.now();
    const prepared = this.#host.takePrepared();
    const id = prepared?.turnId ?? makeId("msg", now, randomBytes(10));
    this.#outlook.forget();
    const inputCharacters = history.reduce((sum, { content }) => sum + content.length, question.content.length);
    const detail: Detail = { clientId: question.clientId, visitor, inputCharacters };
    const beginning = (): void => {
      store?.();
      storage.beginAnswer(this.#storage.sql, { id, detail: JSON.stringify(detail), createdAt: now });
      this.#marks.clear("failure");
      this.#journal.lease();
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
      met,
      beginning,
    };
    this.#turn = turn;
    // Without a reservation the call has to wait for the database anyway.
    if (prepared?.reserved !== true) this.store();
    void this.#run(turn, history);
    this.#host.afterwards(() => this.store());
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
      answered = FAILED;
    }
    if (this.#erased) return;
    this.store();
    turn.pieces.flush();
    this.#turn = null;
    this.#close(turn, answered);
    if (turn.met && answered.ending && turn.text !== "") this.#outlook.goOn(turn.met, turn.question.content, turn.text);
    else this.pump(turn.visitor);
    this.lookAhead();
    await this.#host.settled();
  }

  #close(turn: Turn, { ending, refusal, settlement, nearLimit }: Answered): void {
    const end = { visitor: turn.visitor, settlement, now: Date.now() };
    this.#host.ending();
    if (ending) {
      const whole: Ending = { ...ending, content: turn.text };
      const last = { id: turn.question.clientId, messageId: turn.id, ending: whole, nearLimit };
      this.#host.send(storeEnd(this.#kept, { last, end }));
      return;
    }
    const code: Refusal = refusal?.code ?? "answer_failed";
    const text = refuse(code, refusal?.retryAfterSeconds ?? null);
    storage.endAnswer(this.#storage.sql, turn.id, null);
    this.#marks.set("failure", text);
    storeReport(this.#storage.sql, turn.id, end);
    this.#host.send(text);
  }

  #emit(make: (seq: number) => string): void {
    if (this.#erased) return;
    this.store();
    this.#host.send(this.#journal.append(make, Date.now()).text);
  }
}
