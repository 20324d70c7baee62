import type { z } from "zod";
import type { DomainEvent, EventKind } from "#kernel/event";
import type { Millis } from "#kernel/time";
import type { Actor, Ctx } from "./ctx.ts";
import type { ApiRoute } from "./http/route.ts";
import type { RootRoute } from "./http/root-route.ts";

/** Work that follows from an event. Its effects go through one `commit`, which counts only once per event. */
export interface Job {
  /** `support.acknowledgeTicket`: stored with each delivery, so it must not change once landed. */
  readonly name: string;
  readonly on: EventKind;
  handle(ctx: Ctx, event: DomainEvent): Promise<void>;
}

/** Binds a handler to the shape of its event. */
export function defineJob<S extends z.ZodType>(
  name: string,
  on: EventKind<S>,
  handle: (ctx: Ctx, event: DomainEvent<z.output<S>>) => Promise<void>,
): Job {
  return {
    name,
    on,
    handle: async (ctx, event) => handle(ctx, { ...event, data: on.schema.parse(event.data) }),
  };
}

/** Work by the clock, claimed once per slot. `slot` is the moment it was due. */
export interface CronJob {
  readonly name: string;
  /** Five fields, in UTC. */
  readonly schedule: string;
  run(ctx: Ctx, slot: Millis): Promise<void>;
}

export interface Maintenance {
  readonly message: string;
  readonly until: Millis | null;
}

export interface ReadinessItem {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly status: "pass" | "warn" | "fail";
  readonly evidence: string;
  readonly fix: string;
}

/** What a module gives to the composition: the last export of its door. */
export interface Module {
  readonly name: string;
  /** A module that cannot be switched off, because others stand on it. */
  readonly required?: boolean;
  readonly routes?: readonly ApiRoute[];
  readonly rootRoutes?: readonly RootRoute[];
  readonly jobs?: readonly Job[];
  readonly crons?: readonly CronJob[];
  /** Puts down what an empty database needs. Runs more than once without harm; `demo` adds what development shows. */
  readonly seed?: (ctx: Ctx, options: { readonly demo: boolean }) => Promise<void>;
  readonly readiness?: (ctx: Ctx) => Promise<readonly ReadinessItem[]>;
  readonly authenticate?: (request: Request, ctx: Ctx) => Promise<Actor | null>;
  readonly maintenance?: (ctx: Ctx) => Promise<Maintenance | null>;
  readonly isEnabled?: (ctx: Ctx, flag: string) => Promise<boolean>;
}

/** The modules that are switched on, and the answers that they give together. */
export interface Composition {
  readonly modules: readonly Module[];
  handlersOf(type: string): readonly string[];
  job(name: string): Job | null;
  readonly crons: readonly CronJob[];
  authenticate(request: Request, ctx: Ctx): Promise<Actor | null>;
  maintenance(ctx: Ctx): Promise<Maintenance | null>;
  isEnabled(ctx: Ctx, flag: string): Promise<boolean>;
}

/** Puts modules together. Where several answer the same question, the first answer stands. */
export function compose(modules: readonly Module[], crons: readonly CronJob[] = []): Composition {
  const jobs = new Map(modules.flatMap((module) => (module.jobs ?? []).map((job) => [job.name, job] as const)));
  const byType = Map.groupBy(jobs.values(), (job) => job.on.type);
  const names = new Map([...byType].map(([type, list]) => [type, list.map((job) => job.name)]));
  const maintenance = modules.find((module) => module.maintenance)?.maintenance;
  const flags = modules.find((module) => module.isEnabled)?.isEnabled;
  const authenticators = modules.flatMap((module) => module.authenticate ?? []);
  return {
    modules,
    handlersOf: (type) => names.get(type) ?? [],
    job: (name) => jobs.get(name) ?? null,
    crons: [...crons, ...modules.flatMap((module) => module.crons ?? [])],
    maintenance: async (ctx) => (maintenance ? await maintenance(ctx) : null),
    isEnabled: async (ctx, flag) => (flags ? await flags(ctx, flag) : false),
    authenticate: async (request, ctx) => {
      for (const authenticate of authenticators) {
        const actor = await authenticate(request, ctx);
        if (actor) return actor;
      }
      return null;
    },
  };
}
