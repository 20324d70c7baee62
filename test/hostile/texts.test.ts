import naughty from "big-list-of-naughty-strings/blns.json";
import { describe, expect, it } from "vitest";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";

const app = testApp();
const customer = () => aUser({ plan: "enterprise" });
const AT_ONCE = 16;

/** Texts that must not change on their way in and out. */
const TEXTS: readonly string[] = [
  ...naughty,
  "e\u0301 \u00e9 \u212b \u1e9e \ufb01",
  "\u202eevil\u202c \u2066x\u2069 \u200b\u200d\ufeff",
  "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
  "line\r\nbreak\ttab\u0085\u2028\u2029",
  "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
  "'; drop table support_tickets; --",
  "=1+1\t@SUM(A1)",
];

/** A place where somebody's text is stored, and how it is read back. */
interface Place {
  readonly name: string;
  /** In code points. */
  readonly max: number;
  /** @returns the status of the write, and the text as it is read back */
  readonly write: (text: string) => Promise<{ status: number; read: string | null }>;
  /** There is one of it, so that texts are written one after another. */
  readonly single?: boolean;
  /** Takes only every so many of the texts: its fields are made like those of other places. */
  readonly every?: number;
}

interface Ticket {
  readonly id: string;
  readonly subject: string;
  readonly messages: readonly { readonly author: string; readonly body: string }[];
}

const isCustomers = ({ author }: Ticket["messages"][number]): boolean => author === "customer";

async function readTicket(id: string, as: ReturnType<typeof customer>): Promise<Ticket> {
  return await bodyOf<Ticket>(await app.call(`GET /api/v1/support/tickets/${id}`, { as }));
}

async function open(subject: string, body: string) {
  const as = customer();
  const response = await app.call("POST /api/v1/support/tickets", { as, json: { subject, body } });
  if (response.status !== 201) return { status: response.status, ticket: null };
  const { id } = await bodyOf<Ticket>(response);
  return { status: 201, ticket: await readTicket(id, as) };
}

async function putFlag(change: object) {
  const as = anOperator();
  const name = `naughty-${crypto.randomUUID().slice(0, 12)}`;
  const json = { description: "A flag.", percentage: 0, plans: [], users: [], ...change };
  const { status } = await app.call(`PUT /api/v1/admin/flags/${name}`, { as, json });
  const read = await app.call(`GET /api/v1/admin/flags/${name}`, { as });
  return {
    status,
    flag: read.ok ? await bodyOf<{ description: string; plans: string[]; users: string[] }>(read) : null,
  };
}

/** The one text that several fields hold; anything else shows as the difference. */
const only = (...texts: readonly (string | undefined)[]): string => [...new Set(texts)].join(" ≠ ");

/** Creates something below `/api/v1`, and reads a part of it back from the list it is in. */
async function createAndRead(path: string, json: object, ...fields: readonly string[]) {
  const as = customer();
  const { status } = await app.call(`POST /api/v1${path}`, { as, json });
  if (status !== 201) return { status, read: null };
  const { data } = await bodyOf<{ data: Record<string, string>[] }>(await app.call(`GET /api/v1${path}`, { as }));
  const [row] = data;
  return { status, read: row === undefined ? null : only(...fields.map((field) => row[field])) };
}

const BUDGET: readonly Place[] = [
  {
    name: "a transaction's payee and notes",
    max: 200,
    write: async (text) =>
      await createAndRead(
        "/transactions",
        { date: "2026-01-15", amount: "-1.00", payee: text, notes: text },
        "payee",
        "notes",
      ),
  },
  {
    name: "a category's name and group",
    max: 100,
    write: async (text) => await createAndRead("/categories", { name: text, group: text }, "name", "group"),
  },
  {
    name: "a goal's name",
    max: 100,
    write: async (text) =>
      await createAndRead("/goals", { name: text, targetAmount: "10.00", targetDate: "2030-01-01" }, "name"),
  },
];

interface Named {
  readonly id: string;
  readonly name?: string;
  readonly payee?: string;
  readonly notes?: string;
}

/** An account, a rule and a series, each in a budget of their own, and what is read back of each. */
const ORDERS: readonly Place[] = [
  {
    name: "an account's name",
    max: 100,
    every: 4,
    write: async (text) => {
      const as = customer();
      const made = await app.call("POST /api/v1/accounts", { as, json: { name: text } });
      if (made.status !== 201) return { status: made.status, read: null };
      const { id } = await bodyOf<Named>(made);
      const { data } = await bodyOf<{ data: Named[] }>(await app.call("GET /api/v1/accounts", { as }));
      return { status: made.status, read: data.find((row) => row.id === id)?.name ?? null };
    },
  },
  {
    name: "a rule's payee",
    max: 200,
    every: 4,
    write: async (text) => {
      const as = customer();
      const category = await app.call("POST /api/v1/categories", { as, json: { name: "Everything" } });
      const { id: categoryId } = await bodyOf<Named>(category);
      const { status } = await app.call("POST /api/v1/rules", { as, json: { payee: text, categoryId } });
      const { data } = await bodyOf<{ data: Named[] }>(await app.call("GET /api/v1/rules", { as }));
      return { status, read: data[0]?.payee ?? null };
    },
  },
  {
    name: "a series' payee and notes",
    max: 200,
    every: 4,
    write: async (text) =>
      await createAndRead(
        "/recurring",
        { rrule: "FREQ=YEARLY", startDate: "2030-01-15", amount: "-1.00", payee: text, notes: text },
        "payee",
        "notes",
      ),
  },
];

const PLACES: readonly Place[] = [
  ...ORDERS,
  ...BUDGET,
  {
    name: "a ticket's subject and body",
    max: 200,
    write: async (text) => {
      const { status, ticket } = await open(text, text);
      return { status, read: ticket && only(ticket.subject, ticket.messages[0]?.body) };
    },
  },
  {
    name: "a message",
    max: 10_000,
    write: async (text) => {
      const as = customer();
      const json = { subject: "Subject", body: "Body." };
      const { id } = await bodyOf<Ticket>(await app.call("POST /api/v1/support/tickets", { as, json }));
      const path = `POST /api/v1/support/tickets/${id}/messages`;
      const { status } = await app.call(path, { as, json: { body: text } });
      return {
        status,
        read: status !== 201 ? null : ((await readTicket(id, as)).messages.findLast(isCustomers)?.body ?? null),
      };
    },
  },
  {
    name: "a flag's description, plans and accounts",
    max: 50,
    write: async (text) => {
      const { status, flag } = await putFlag({ description: text, plans: [text], users: [text] });
      return { status, read: flag && only(flag.description, ...flag.plans, ...flag.users) };
    },
  },
  {
    name: "the notice of a maintenance",
    single: true,
    max: 500,
    write: async (text) => {
      const as = anOperator();
      const path = "/api/v1/admin/maintenance";
      const { status } = await app.call(`PUT ${path}`, { as, json: { enabled: false, message: text } });
      const { message } = await bodyOf<{ message: string }>(await app.call(`GET ${path}`, { as }));
      return { status, read: status === 200 ? message : null };
    },
  },
];

describe.each(PLACES)("$name", ({ max, write, single, every = 1 }) => {
  it("comes back to the last bit, or is refused", { timeout: 120_000 }, async () => {
    const lanes = single === true ? 1 : AT_ONCE;
    const waiting = TEXTS.filter((_, index) => index % every === 0);
    const half = waiting.length / 2;
    let kept = 0;
    const work = async (): Promise<void> => {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
        const { status, read } = await write(text);
        const refusable =
          text.trim() === "" || [...text].length > max || !text.isWellFormed() || text.includes("\u0000");
        expect([JSON.stringify(text), status < 300, read]).toEqual([
          JSON.stringify(text),
          !refusable,
          refusable ? null : text,
        ]);
        kept += refusable ? 0 : 1;
      }
    };
    await Promise.all(Array.from({ length: lanes }, work));
    expect(kept).toBeGreaterThan(half);
  });

  it("is counted as people count: so many characters, not one more, whatever their size", async () => {
    for (const char of ["x", "é", "\u{1F9FE}"]) {
      expect((await write(char.repeat(max))).read).toBe(char.repeat(max));
      expect((await write(char.repeat(max + 1))).status).toBe(422);
    }
  });
});

describe("a name that is sent twice", () => {
  it("means its last value, for the answer and for an idempotency key alike", async () => {
    const as = customer();
    const body = '{"subject":"First","subject":"Second","body":"Body."}';
    const headers = { "Content-Type": "application/json", "Idempotency-Key": "twice-1" };
    const first = await app.call("POST /api/v1/support/tickets", { as, body, headers });
    expect(first.status).toBe(201);
    expect((await first.clone().json<Ticket>()).subject).toBe("Second");
    const same = await app.call("POST /api/v1/support/tickets", {
      as,
      json: { subject: "Second", body: "Body." },
      headers,
    });
    expect(await same.text()).toBe(await first.text());
    const other = await app.call("POST /api/v1/support/tickets", {
      as,
      json: { subject: "First", body: "Body." },
      headers,
    });
    expect(other.status).toBe(422);
  });
});

describe("a prototype", () => {
  it("cannot be reached from a body", async () => {
    const bodies = [
      '{"subject":"S","body":"B","__proto__":{"polluted":1}}',
      '{"subject":"S","body":"B","constructor":{"prototype":{"polluted":1}}}',
      '{"__proto__":{"subject":"S","body":"B"}}',
    ];
    for (const body of bodies) {
      const headers = { "Content-Type": "application/json" };
      const response = await app.call("POST /api/v1/support/tickets", { as: customer(), body, headers });
      expect(response.status).toBe(422);
    }
    expect("polluted" in {}).toBe(false);
  });
});
