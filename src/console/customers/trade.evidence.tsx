import { When } from "#console/frame/parts.tsx";
import { readUpload, sendUpload } from "#console/frame/upload.ts";
import type { Visit } from "#console/frame/visit.ts";
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
    const id = encodeURIComponent(c.req.param("id") ?? "");
    const form = await readUpload(c, LIMIT_BYTES);
    const file = form?.get("file");
    const name = new URLSearchParams({ name: file instanceof File ? file.name.slice(0, 200) : "" });
    const answer = form && (await sendUpload(c, form, `/api/v1/p2p/trades/${id}/evidence?${name.toString()}`));
    if (answer?.status === 401) return c.redirect("/sign-in", 303);
    return c.redirect(`/app/trades/${id}?done=${answer?.ok === true ? "kept" : "refused"}`, 303);
  },
};
