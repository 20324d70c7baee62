import type { z } from "zod";

/** Something that has happened, named `noun.pastVerb`, as it is stored and told to other modules. */
export interface DomainEvent<Data = unknown> {
  /** `evt_…`: consumers are idempotent by it. */
  readonly id: string;
  readonly type: string;
  /** Raised when the shape of `data` changes; a consumer dead-letters a version it does not know. */
  readonly version: number;
  readonly data: Data;
  readonly occurredAt: number;
  readonly requestId: string;
}

/** A kind of event: its name, version and the shape of its data. Data holds ids, never secrets or personal data. */
export interface EventKind<S extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly version: number;
  readonly schema: S;
}

/** An event that is about to be committed. */
export interface EventDraft {
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

export function defineEvent<S extends z.ZodType>(type: string, schema: S, version = 1): EventKind<S> {
  return { type, version, schema };
}

/** Writes an event for a commit; data that does not fit its own kind is a bug and throws. */
export function draftEvent<S extends z.ZodType>(kind: EventKind<S>, data: z.input<S>): EventDraft {
  return { type: kind.type, version: kind.version, data: kind.schema.parse(data) };
}
