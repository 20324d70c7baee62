import { readForm } from "../form.ts";
import type { Running } from "../simulator.ts";
import { simulate } from "../simulator.ts";
import { ACTIONS, ROUTES } from "./routes.ts";
import { Refusal, World } from "./world.ts";

/** Stripe on loopback: forms in, JSON out, and idempotency keys that repeat every answer, 500 too. */

const problem = (values: Readonly<Record<string, string>>): unknown => ({ error: values });

export async function startStripe(): Promise<Running> {
  return await simulate({
    world: () => new World(),
    userOf: ({ headers }) => {
      const key = (headers.authorization ?? "").replace("Bearer ", "");
      return key.startsWith("sk_test_") ? key : null;
    },
    read: readForm,
    routes: ROUTES,
    actions: ACTIONS,
    keyHeader: "idempotency-key",
    reused: { status: 400, body: problem({ type: "idempotency_error" }) },
    stranger: problem({ type: "invalid_request_error" }),
    unknownUrl: problem({ type: "invalid_request_error", code: "url_unknown" }),
    before: {
      fail: { status: 500, body: problem({ type: "api_error" }) },
      refuse: { status: 429, body: problem({ type: "invalid_request_error", code: "rate_limit" }) },
      deny: { status: 400, body: problem({ type: "invalid_request_error" }) },
    },
    instead: { "take-and-garble": { status: 200, body: { nonsense: true } } },
    refusalOf: (error) => (error instanceof Refusal ? { status: error.status, body: error.body } : null),
  });
}
