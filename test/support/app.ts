import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Actor } from "#platform/ctx";
import type { Module } from "#platform/module";
import type { App } from "../../src/app.ts";
import { createApp } from "../../src/app.ts";
import { actors, as } from "./actors.ts";

export interface Call {
  readonly as?: Actor;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  readonly env?: Partial<Env> & Readonly<Record<string, unknown>>;
}

export interface TestApp extends App {
  /** Calls a path and waits for what was deferred. `GET /api/v1/health` */
  call(line: string, call?: Call): Promise<Response>;
}

/** The product as it stands, believing the actors that tests inject. */
export function testApp(...extra: readonly Module[]): TestApp {
  const app = createApp(null, [actors, ...extra]);
  const call = async (line: string, options: Call = {}): Promise<Response> => {
    const [method = "GET", path = "/"] = line.split(" ");
    const headers = new Headers({
      "CF-Connecting-IP": anAddress(),
      ...(options.json === undefined ? {} : { "Content-Type": "application/json" }),
      ...(options.as ? as(options.as) : {}),
      ...options.headers,
    });
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const request = new Request(`https://bourse.test${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const execution = createExecutionContext();
    const response = await app.http.fetch(request, options.env ? { ...env, ...options.env } : env, execution);
    await waitOnExecutionContext(execution);
    return response;
  };
  return { ...app, call };
}

/** An address that no other call comes from, so that calls share no limit unless they mean to. */
export function anAddress(): string {
  const groups = crypto.getRandomValues(new Uint16Array(4));
  return `2001:db8:${[...groups.subarray(0, 2)].map((group) => group.toString(16)).join(":")}::1`;
}

/** The body of an answer, typed loosely, for assertions. */
export async function bodyOf<T = Record<string, unknown>>(response: Response): Promise<T> {
  return await response.json<T>();
}
