import { z } from "@hono/zod-openapi";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { defineRoute, signedIn } from "#platform/http/route";
import type { Module } from "#platform/module";

export interface Made {
  readonly id: string;
  readonly text: string;
}

type Verb = (ctx: Ctx, text: string) => Promise<unknown>;

/** A module with a POST route, under a key that it requires, whose verb the test gives. */
export class ProbeRoute {
  act: Verb = makeThing;
  readonly module: Module = {
    name: "probe-route",
    routes: [
      defineRoute(
        { operation: "makeThing", access: signedIn("probe:write"), limit: "write", idempotency: "required" },
        {
          method: "post",
          path: "/probe/things",
          tags: ["Probe"],
          summary: "Make a thing",
          request: {
            body: {
              required: true,
              content: {
                "application/json": { schema: z.strictObject({ text: z.string().max(100), n: z.int().optional() }) },
              },
            },
          },
          responses: { 201: { description: "It is made." }, 204: { description: "There is nothing to say." } },
        },
        async (c) => {
          const made = await this.act(c.get("ctx"), c.req.valid("json").text);
          return made === undefined ? c.body(null, 204) : c.json(made, 201);
        },
      ),
    ],
  };
}

/** Writes one row under its id and tells of it. */
export const makeThing = once(async (ctx: Ctx, text: string): Promise<Made> => {
  const made = { id: ctx.newId("job"), text };
  await commit(ctx, [insertThing(ctx, made.id)], { result: made, audit: { action: "thing.made", target: made.id } });
  return made;
});

export function insertThing(ctx: Ctx, id: string): D1PreparedStatement {
  return ctx.db.sql("insert into platform_cron_slots (name, slot, claimed_at, attempts) values (?, 1, 1, 1)", id);
}
