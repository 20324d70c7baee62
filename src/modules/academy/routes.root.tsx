import { Problem } from "#kernel/problem";
import { toTimestamp } from "#kernel/time";
import { serveFile } from "#platform/http/files";
import { showPage } from "#platform/http/page";
import type { RootRoute } from "#platform/http/root-route";
import { widthFor } from "#platform/images";
import { getLinkedFile } from "./service.files.ts";
import { checkCertificate } from "./service.learning.ts";

const TITLE = "Certificate";

/** Whether a certificate is real, for whoever was shown one; and the files of lessons behind their signed links. */
export const rootRoutes: readonly RootRoute[] = [
  {
    method: "GET",
    path: "/certificates/:code",
    limit: "public",
    handler: async (c) => {
      const code = c.req.param("code") ?? "";
      const wantsJson = c.req.header("Accept")?.includes("application/json") === true;
      try {
        const { courseTitle, holderName, issuedAt, code: own } = await checkCertificate(c.get("ctx"), code);
        const found = { code: own, course: courseTitle, holder: holderName, issuedAt: toTimestamp(issuedAt) };
        if (wantsJson) return c.json(found, 200);
        return await showPage(c, { title: TITLE, status: 200 }, <Found {...found} />);
      } catch (error) {
        if (wantsJson || !(error instanceof Problem)) throw error;
        return await showPage(
          c,
          { title: TITLE, status: 404 },
          <p>No certificate with this code was ever issued here.</p>,
        );
      }
    },
  },
  {
    method: "GET",
    path: "/files/lessons/:token",
    limit: "public",
    handler: async (c) => {
      const asked = /^[1-9]\d{0,4}$/.exec(c.req.query("width") ?? "")?.[0];
      const width = asked === undefined ? undefined : widthFor(Number(asked));
      const { key, contentType, name, bytes } = await getLinkedFile(c.get("ctx"), c.req.param("token") ?? "", width);
      const inline = contentType.startsWith("video/") || contentType.startsWith("image/");
      return await serveFile(c, { key, contentType, name, bytes, inline });
    },
  },
];

interface FoundProps {
  readonly code: string;
  readonly course: string;
  readonly holder: string;
  readonly issuedAt: string;
}

function Found({ code, course, holder, issuedAt }: FoundProps) {
  return (
    <>
      <p>This certificate is real.</p>
      <dl>
        <dt>Holder</dt>
        <dd>{holder === "" ? "not named" : holder}</dd>
        <dt>Course</dt>
        <dd>{course}</dd>
        <dt>Issued</dt>
        <dd>{issuedAt.slice(0, 10)}</dd>
        <dt>Code</dt>
        <dd>{code}</dd>
      </dl>
    </>
  );
}
