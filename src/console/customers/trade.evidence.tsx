import { headersOf } from "#console/frame/client.ts";
import { When } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { readBytes } from "#platform/http/body";
import type { HttpContext } from "#platform/http/env";
import { http } from "#platform/http/problems";
import type { RootRoute } from "#platform/http/root-route";

/** Files that show what happened in a trade, sent by a plain form. */

interface Evidence {
  readonly id: string;
  readonly from: string;
  readonly name: string;
  readonly createdAt: string;
}

const TAKEN = "image/png,image/jpeg,image/webp,application/pdf,video/mp4";
const LIMIT_BYTES = 5 * 1_024 * 1_024 + 64 * 1_024;

interface EvidenceProps {
  readonly visit: Visit;
  readonly tradeId: string;
  readonly files: readonly Evidence[];
}

export function EvidenceList({ visit, tradeId, files }: EvidenceProps) {
  const { p2p } = visit.words;
  return (
    <>
      <h2>{p2p.evidence}</h2>
      <ul class="plain">
        {files.map(({ id, from, name, createdAt }) => (
          <li>
            <strong>{from}</strong> <When visit={visit} at={createdAt} />{" "}
            <a href={`/api/v1/p2p/trades/${tradeId}/evidence/${id}`}>{name}</a>
          </li>
        ))}
      </ul>
      <form method="post" action={`/app/trades/${tradeId}/evidence`} enctype="multipart/form-data" class="row">
        <input type="hidden" name="csrf" value={visit.csrf} />
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <div>
          <label for="file">{p2p.evidenceText}</label>
          <input id="file" name="file" type="file" accept={TAKEN} required />
        </div>
        <button type="submit">{p2p.send}</button>
      </form>
    </>
  );
}

export const evidenceRoute: RootRoute = {
  method: "POST",
  path: "/app/trades/:id/evidence",
  limit: "costly",
  form: true,
  handler: async (c) => {
    const form = await readForm(c);
    const file = form.get("file");
    const back = `/app/trades/${encodeURIComponent(c.req.param("id") ?? "")}`;
    if (!(file instanceof File)) return c.redirect(`${back}?done=refused`, 303);
    const answer = await keep(c, form, file);
    if (answer.status === 401) return c.redirect("/sign-in", 303);
    return c.redirect(`${back}?done=${answer.ok ? "kept" : "refused"}`, 303);
  },
};

async function readForm(c: HttpContext): Promise<FormData> {
  const type = c.req.header("Content-Type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) throw http.unsupportedMediaType({ detail: "Send the form of the page." });
  const bytes = await readBytes(c.req.raw, LIMIT_BYTES);
  try {
    return await new Response(bytes, { headers: { "Content-Type": type } }).formData();
  } catch {
    throw http.unsupportedMediaType({ detail: "Send the form of the page." });
  }
}

async function keep(c: HttpContext, form: FormData, file: File): Promise<Response> {
  const [csrf, key] = [form.get("csrf"), form.get("key")].map((value) => (typeof value === "string" ? value : ""));
  const headers = headersOf(c, { csrf: csrf ?? "", key: key ?? "", origin: c.get("ctx").config.publicOrigin });
  headers.set("Content-Type", file.type);
  const id = encodeURIComponent(c.req.param("id") ?? "");
  const name = new URLSearchParams({ name: file.name.slice(0, 200) });
  const address = new URL(`/api/v1/p2p/trades/${id}/evidence?${name.toString()}`, c.req.url);
  return await c.get("dispatch")(new Request(address, { method: "POST", headers, body: await file.arrayBuffer() }));
}
