import type { z } from "zod";
import type { DomainEvent, EventKind } from "#kernel/event";
import type { Millis } from "#kernel/time";
import type { Id } from "#kernel/ids";
import type { Actor, Ctx } from "./ctx.ts";
import type { Statement } from "./db.ts";
import { DAILY_CALLS } from "./limits.ts";
import type { Tags } from "./http/openapi.ts";
import type { ApiRoute } from "./http/route.ts";
import type { Gauge } from "./metrics-catalogue.ts";
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
  /** When it was switched on or changed last. */
  readonly since?: Millis;
}

/** The parts of a launch checklist. */
export const READINESS_GROUPS = [
  "configuration",
  "security",
  "data",
  "money",
  "payments",
  "mail",
  "operations",
  "legal",
] as const;

export interface ReadinessItem {
  readonly id: string;
  readonly group: (typeof READINESS_GROUPS)[number];
  readonly title: string;
  readonly status: "pass" | "warn" | "fail";
  readonly evidence: string;
  readonly fix: string;
}

/** How sure an answer to "who calls?" must be. */
export interface AuthenticateOptions {
  /** Ask storage, not memory: for what moves money or is an operator's. */
  readonly fresh: boolean;
  /** The call moves money, which a session under suspicion may only do once it is raised. */
  readonly money: boolean;
  /** A form of our own pages: its token is in the body, and the route that reads it has it checked. */
  readonly form?: boolean;
}

/** What other modules know of an account. */
export interface UserFields {
  readonly plan: string;
}

/** What is known of a request once it is answered. */
export interface Answered {
  /** The route's template. */
  readonly route: string;
  /** The section of the reference that the route stands in; null for pages. */
  readonly feature: string | null;
  readonly status: number;
}

const NO_FIELDS: UserFields = { plan: "free" };

/** How a module tells what it knows of accounts: by one statement, which may go along in somebody's batch. */
export interface UserFieldsQuery {
  ask(ctx: Ctx, userIds: readonly Id<"user">[]): Statement;
  /** What the statement has found; whoever is not in it has nothing to tell. */
  read(ctx: Ctx, found: D1Result): ReadonlyMap<string, UserFields>;
}

/** What a module gives to the composition: the last export of its door. */
export interface Module {
  readonly name: string;
  /** A module that cannot be switched off, because others stand on it. */
  readonly required?: boolean;
  readonly routes?: readonly ApiRoute[];
  readonly rootRoutes?: readonly RootRoute[];
  /** The sections of the reference that its routes name, each with what it is about. */
  readonly tags?: Tags;
  readonly jobs?: readonly Job[];
  readonly crons?: readonly CronJob[];
  /** Puts down what an empty database needs. Runs more than once without harm; `demo` adds what development shows. */
  readonly seed?: (ctx: Ctx, options: { readonly demo: boolean }) => Promise<void>;
  readonly readiness?: (ctx: Ctx) => Promise<readonly ReadinessItem[]>;
  /** What the module measures when it is asked, at little cost: what waits, how old something is. */
  readonly gauges?: (ctx: Ctx) => Promise<readonly Gauge[]>;
  readonly authenticate?: (request: Request, ctx: Ctx, options: AuthenticateOptions) => Promise<Actor | null>;
  /** Whether a referral code that somebody registers with is known. */
  readonly checkRegistration?: (ctx: Ctx, referralCode: string) => Promise<boolean>;
  readonly userFields?: UserFieldsQuery;
  /** Who is to be called when something needs a person. */
  readonly operators?: (ctx: Ctx) => Promise<readonly Id<"user">[]>;
  /** How many calls a day a plan allows. */
  readonly dailyCalls?: (ctx: Ctx, plan: string) => Promise<number>;
  /** What a person uses of the plan's limits that the module enforces, by the limit's name. */
  readonly usage?: (ctx: Ctx, userId: Id<"user">) => Promise<Readonly<Record<string, number>>>;
  /** Everything that the module keeps of a person, as JSON. */
  readonly exportUser?: (ctx: Ctx, userId: Id<"user">) => Promise<unknown>;
  /** What takes a person out of the module's rows; runs again without harm. */
  readonly eraseUser?: (ctx: Ctx, userId: Id<"user">) => Promise<readonly Statement[]>;
  /** Why an account cannot go yet: `balance_not_zero`, `trade_open`. */
  readonly eraseBlockers?: (ctx: Ctx, userId: Id<"user">) => Promise<readonly string[]>;
  /** Remembers an answer, in memory: the caller waits for it. */
  readonly observe?: (ctx: Ctx, answered: Answered) => void;
  /** How much there is of what operators look after, by a name that says it. */
  readonly statistics?: (ctx: Ctx) => Promise<Readonly<Record<string, number>>>;
  /** Puts right what a restored database would do a second time; runs again without harm. */
  readonly afterRestore?: (ctx: Ctx) => Promise<void>;
  /** Whether money must not leave for now. */
  readonly holdsPayouts?: (ctx: Ctx) => Promise<boolean>;
  /** Runs after every commit that has left an audit row, beside the answer. */
  readonly afterAudit?: (ctx: Ctx) => Promise<void>;
  readonly maintenance?: (ctx: Ctx) => Promise<Maintenance | null>;
  readonly isEnabled?: (ctx: Ctx, flag: string) => Promise<boolean>;
}

/** The modules that are switched on, and the answers that they give together. */
export interface Composition {
  readonly modules: readonly Module[];
  handlersOf(type: string): readonly string[];
  job(name: string): Job | null;
  readonly crons: readonly CronJob[];
  authenticate(request: Request, ctx: Ctx, options: AuthenticateOptions): Promise<Actor | null>;
  /** Whether any module knows the referral code. */
  checkRegistration(ctx: Ctx, referralCode: string): Promise<boolean>;
  /** Who is to be called when something needs a person. */
  operators(ctx: Ctx): Promise<readonly Id<"user">[]>;
  userFields(ctx: Ctx, userId: Id<"user">): Promise<UserFields>;
  /** The same of many, by one statement. */
  userFieldsOf(ctx: Ctx, userIds: readonly Id<"user">[]): Promise<(userId: Id<"user">) => UserFields>;
  /** The same within another's batch: what to put into it, and how to read what came of that. */
  askUserFields(ctx: Ctx, userId: Id<"user">): readonly Statement[];
  readUserFields(ctx: Ctx, userId: Id<"user">, found: readonly D1Result[]): UserFields;
  dailyCalls(ctx: Ctx, plan: string): Promise<number>;
  /** What a person uses of the plan's limits, as far as the modules that are switched on count it. */
  usage(ctx: Ctx, userId: Id<"user">): Promise<Readonly<Record<string, number>>>;
  /** What each module keeps of a person, by the module's name. */
  exportUser(ctx: Ctx, userId: Id<"user">): Promise<Readonly<Record<string, unknown>>>;
  eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]>;
  eraseBlockers(ctx: Ctx, userId: Id<"user">): Promise<readonly string[]>;
  observe(ctx: Ctx, answered: Answered): void;
  afterAudit(ctx: Ctx): Promise<void>;
  afterRestore(ctx: Ctx): Promise<void>;
  /** Whether any module wants money to stay for now. */
  holdsPayouts(ctx: Ctx): Promise<boolean>;
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
  const observers = modules.flatMap((module) => module.observe ?? []);
  const holders = modules.flatMap((module) => module.holdsPayouts ?? []);
  const authenticators = modules.flatMap((module) => module.authenticate ?? []);
  return {
    modules,
    handlersOf: (type) => names.get(type) ?? [],
    job: (name) => jobs.get(name) ?? null,
    crons: [...crons, ...modules.flatMap((module) => module.crons ?? [])],
    observe: (ctx, answered) => {
      for (const observe of observers) observe(ctx, answered);
    },
    afterAudit: async (ctx) => {
      for (const module of modules) await module.afterAudit?.(ctx);
    },
    afterRestore: async (ctx) => {
      for (const module of modules) await module.afterRestore?.(ctx);
    },
    holdsPayouts: async (ctx) => {
      const held = await Promise.all(holders.map(async (holds) => await holds(ctx)));
      return held.includes(true);
    },
    maintenance: async (ctx) => (maintenance ? await maintenance(ctx) : null),
    isEnabled: async (ctx, flag) => (flags ? await flags(ctx, flag) : false),
    authenticate: async (request, ctx, options) => {
      for (const authenticate of authenticators) {
        const actor = await authenticate(request, ctx, options);
        if (actor) return actor;
      }
      return null;
    },
    ...composePeople(modules),
  };
}

type Fields = Pick<Composition, "userFields" | "userFieldsOf" | "askUserFields" | "readUserFields">;
type People = Fields &
  Pick<
    Composition,
    "checkRegistration" | "operators" | "dailyCalls" | "usage" | "exportUser" | "eraseUser" | "eraseBlockers"
  >;

function composeFields(modules: readonly Module[]): Fields {
  const query = modules.find((module) => module.userFields)?.userFields;
  const readUserFields: Fields["readUserFields"] = (ctx, userId, [found]) =>
    (query && found && query.read(ctx, found).get(userId)) ?? NO_FIELDS;
  const userFieldsOf: Fields["userFieldsOf"] = async (ctx, userIds) => {
    const known = query ? query.read(ctx, await query.ask(ctx, userIds).all()) : new Map<string, UserFields>();
    return (userId) => known.get(userId) ?? NO_FIELDS;
  };
  return {
    userFieldsOf,
    userFields: async (ctx, userId) => (await userFieldsOf(ctx, [userId]))(userId),
    askUserFields: (ctx, userId) => (query ? [query.ask(ctx, [userId])] : []),
    readUserFields,
  };
}

/** What the modules know of a person, put together. */
function composePeople(modules: readonly Module[]): People {
  const calls = modules.find((module) => module.dailyCalls)?.dailyCalls;
  const gather = async <T>(ask: (module: Module) => Promise<readonly T[]> | undefined): Promise<T[]> =>
    (await Promise.all(modules.map(async (module) => (await ask(module)) ?? []))).flat();
  return {
    checkRegistration: async (ctx, code) =>
      (await gather<boolean>((module) => module.checkRegistration?.(ctx, code).then((known) => [known]))).includes(
        true,
      ),
    ...composeFields(modules),
    operators: async (ctx) => await gather((module) => module.operators?.(ctx)),
    dailyCalls: async (ctx, plan) => (await calls?.(ctx, plan)) ?? DAILY_CALLS,
    usage: async (ctx, userId) =>
      Object.assign({}, ...(await gather((module) => module.usage?.(ctx, userId).then((used) => [used])))) as Record<
        string,
        number
      >,
    exportUser: async (ctx, userId) =>
      Object.fromEntries(
        await gather((module) => module.exportUser?.(ctx, userId).then((kept) => [[module.name, kept] as const])),
      ),
    eraseUser: async (ctx, userId) => await gather((module) => module.eraseUser?.(ctx, userId)),
    eraseBlockers: async (ctx, userId) => await gather((module) => module.eraseBlockers?.(ctx, userId)),
  };
}
