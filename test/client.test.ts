import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { hc } from "hono/client";
import type { InferRequestType, InferResponseType } from "hono/client";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { AppType } from "../src/app.ts";
import { aUser, as } from "./support/actors.ts";
import { testApp } from "./support/app.ts";

const app = testApp();

/** Hono's client over the app itself, as a customer. */
function client(headers: Record<string, string>) {
  return hc<AppType>("https://bourse.test", {
    headers,
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const execution = createExecutionContext();
      const response = await app.http.fetch(new Request(input, init), env, execution);
      await waitOnExecutionContext(execution);
      return response;
    },
  });
}

describe("the typed client", () => {
  it("knows the body that a call takes and the answer that it gives", async () => {
    const tickets = client(as(aUser())).api.v1.support.tickets;
    expectTypeOf<InferRequestType<typeof tickets.$post>["json"]>().toEqualTypeOf<{ subject: string; body: string }>();
    type Answer = InferResponseType<typeof tickets.$post, 201>;
    expectTypeOf<Answer["status"]>().toEqualTypeOf<"open" | "answered" | "closed">();
    expectTypeOf<Answer["messages"][number]["author"]>().toEqualTypeOf<"customer" | "support" | "bourse">();

    const response = await tickets.$post({ json: { subject: "Typed", body: "By the client." } });
    expect(response.status).toBe(201);
    const ticket = await response.json();
    expect(ticket).toMatchObject({ subject: "Typed", status: "open" });
  });

  it("knows the parameters of a path and of a query", () => {
    const { support, help } = client({}).api.v1;
    expectTypeOf<InferRequestType<(typeof help.articles)[":slug"]["$get"]>["param"]>().toEqualTypeOf<{
      slug: string;
    }>();
    expectTypeOf<InferRequestType<typeof support.tickets.$get>["query"]>().toExtend<{ cursor?: string | undefined }>();
    expect(help.articles[":slug"].$url({ param: { slug: "first-steps" } }).pathname).toBe(
      "/api/v1/help/articles/first-steps",
    );
  });

  it("refuses a call that does not exist", () => {
    // @ts-expect-error No route is called so, and the client's types say it.
    expect(client({}).api.v1.nowhere).toBeDefined();
  });
});
