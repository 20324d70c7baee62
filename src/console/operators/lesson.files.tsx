import { ask } from "#console/frame/client.ts";
import { ButtonForm } from "#console/frame/forms.tsx";
import { headersOfForm, readUpload, sendUpload, textOf } from "#console/frame/upload.ts";
import type { Visit } from "#console/frame/visit.ts";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";

/** What is attached to a lesson: files to load down, or the video that it is. */

const TAKEN = "application/pdf,image/png,image/jpeg,image/webp,video/mp4";
const LIMIT_BYTES = 10 * 1_024 * 1_024 + 64 * 1_024;

interface LessonFile {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly bytes: number;
}

interface FilesProps {
  readonly visit: Visit;
  readonly lessonId: string;
  readonly files: readonly LessonFile[];
}

export function Files({ visit, lessonId, files }: FilesProps) {
  const { content: words } = visit.words;
  const mayWrite = visit.user.role === "admin";
  const size = new Intl.NumberFormat(visit.locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 1 });
  return (
    <>
      <h2>{words.files}</h2>
      {files.length === 0 ? <p class="quiet">{words.noFiles}</p> : null}
      <ul class="plain">
        {files.map(({ id, kind, name, bytes }) => (
          <li>
            {name}{" "}
            <small>{`${words.fileKinds[kind === "video" ? "video" : "attachment"]}, ${size.format(bytes / 1_000)}`}</small>
            {mayWrite ? (
              <>
                {" "}
                <ButtonForm visit={visit} action="removeFile" of={id} label={words.removeFile} danger />
                <Upload visit={visit} lessonId={lessonId} replaces={id} label={words.replaceFile} />
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {mayWrite ? <Upload visit={visit} lessonId={lessonId} label={words.addFile} /> : null}
    </>
  );
}

interface UploadProps {
  readonly visit: Visit;
  readonly lessonId: string;
  readonly replaces?: string;
  readonly label: string;
}

function Upload({ visit, lessonId, replaces, label }: UploadProps) {
  const { content: words } = visit.words;
  const id = `file-${replaces ?? "new"}`;
  return (
    <form method="post" action={`/admin/lessons/${lessonId}/files`} enctype="multipart/form-data" class="row">
      <input type="hidden" name="csrf" value={visit.csrf} />
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      {replaces === undefined ? null : <input type="hidden" name="replaces" value={replaces} />}
      <div>
        <label for={id}>{words.fileText}</label>
        <input id={id} name="file" type="file" accept={TAKEN} required />
      </div>
      <button type="submit" class={replaces === undefined ? "" : "second"}>
        {label}
      </button>
    </form>
  );
}

/** Takes a file in; the one whose place it takes goes once the new one is there. */
export const lessonFileRoute: RootRoute = {
  method: "POST",
  path: "/admin/lessons/:id/files",
  limit: "costly",
  form: true,
  handler: async (c) => {
    const id = encodeURIComponent(c.req.param("id") ?? "");
    const form = await readUpload(c, LIMIT_BYTES);
    const answer = form && (await sendUpload(c, form, addressOf(id, form)));
    if (answer?.status === 401) return c.redirect("/sign-in", 303);
    if (form && answer?.ok === true) await removeReplaced(c, form);
    return c.redirect(`/admin/lessons/${id}?done=${answer?.ok === true ? "kept" : "notKept"}`, 303);
  },
};

function addressOf(id: string, form: FormData): string {
  const file = form.get("file");
  const [name, type] = file instanceof File ? [file.name.slice(0, 200), file.type] : ["", ""];
  const query = new URLSearchParams({ name, kind: type === "video/mp4" ? "video" : "attachment" });
  return `/api/v1/admin/lessons/${id}/files?${query.toString()}`;
}

async function removeReplaced(c: HttpContext, form: FormData): Promise<void> {
  const old = textOf(form, "replaces");
  if (old === "") return;
  const address = new URL(`/api/v1/admin/files/${encodeURIComponent(old)}`, c.req.url);
  await c.get("dispatch")(new Request(address, { method: "DELETE", headers: headersOfForm(c, form) }));
}

export async function removeFile({ client }: Visit, id: string): Promise<void> {
  await ask(client.admin.files[":id"].$delete({ param: { id } }));
}
