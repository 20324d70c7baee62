import type { Actor } from "#platform/ctx";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";

/** Somebody with a budget, and the calls that their tests are made of. */
export interface Budgeter {
  readonly as: Actor;
  /** Calls below `/api/v1` and expects the answer to go well. */
  call<T = Record<string, unknown>>(line: string, json?: unknown): Promise<T>;
  /** The status and the code of a call that may be refused. */
  try(line: string, json?: unknown): Promise<{ status: number; code: string | undefined }>;
  category(name: string, more?: object): Promise<string>;
  spend(amount: string, more?: object): Promise<string>;
  assign(month: string, categoryId: string, amount: string): Promise<void>;
}

export interface Identified {
  readonly id: string;
}

export function aBudgeter(app: TestApp, as: Actor = aUser({ plan: "enterprise" })): Budgeter {
  const send = async (line: string, json?: unknown): Promise<Response> => {
    const [method = "", path = ""] = line.split(" ");
    return await app.call(`${method} /api/v1${path}`, { as, ...(json === undefined ? {} : { json }) });
  };
  const call = async <T>(line: string, json?: unknown): Promise<T> => {
    const response = await send(line, json);
    if (!response.ok) throw new Error(`${line}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? (undefined as T) : await bodyOf<T>(response);
  };
  return {
    as,
    call,
    try: async (line, json) => {
      const response = await send(line, json);
      const body = response.status === 204 ? {} : await bodyOf<{ code?: string }>(response);
      return { status: response.status, code: body.code };
    },
    category: async (name, more = {}) => (await call<Identified>("POST /categories", { name, ...more })).id,
    spend: async (amount, more = {}) =>
      (await call<Identified>("POST /transactions", { amount, date: "2026-01-15", ...more })).id,
    assign: async (month, categoryId, amount) =>
      await call("PUT /allocations", { month, allocations: [{ categoryId, amount }] }),
  };
}
