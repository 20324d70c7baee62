import type { RefusedProblem } from "./client.ts";
import { headersOf, Refusal } from "./client.ts";
import type { Visit } from "./visit.ts";

interface Sent {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** Sends a text as it is, which typed calls of JSON cannot say; a refusal is thrown, for the page to show. */
export async function sendText({ c }: Visit, fields: URLSearchParams, { path, type, text }: Sent): Promise<Response> {
  const along = { csrf: fields.get("csrf") ?? "", key: fields.get("key") ?? crypto.randomUUID() };
  const headers = headersOf(c, { ...along, origin: c.get("ctx").config.publicOrigin });
  headers.set("Content-Type", type);
  const answer = await c.get("dispatch")(
    new Request(new URL(path, c.req.url), { method: "POST", headers, body: text }),
  );
  if (!answer.ok) throw new Refusal(await answer.json<RefusedProblem>());
  return answer;
}
