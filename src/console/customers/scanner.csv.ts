import { fault } from "#console/frame/site.tsx";
import { startVisit } from "#console/frame/visit.ts";
import type { RootRoute } from "#platform/http/root-route";
import { scanOf } from "./scanner.result.tsx";

/** The result of the address as a file. */
export const scanFile: RootRoute = {
  method: "GET",
  path: "/app/scanner.csv",
  limit: "read",
  handler: async (c) => {
    const visit = await startVisit(c);
    if (!visit) return c.redirect("/sign-in", 303);
    const answer = await visit.client.scanner.run.$post(
      { json: scanOf(visit.query) },
      { headers: { Accept: "text/csv" } },
    );
    if (!answer.ok) return await fault(c, answer.status);
    return c.body(await answer.text(), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="scan.csv"',
    });
  },
};
