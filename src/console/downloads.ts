import { headersOf } from "#console/frame/client.ts";
import { fault } from "#console/frame/site.tsx";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";

/** Files that the API writes when it is asked for their kind, which a link cannot ask for: each has a path of its own. */

const KINDS = { pdf: "application/pdf", csv: "text/csv" } as const;

type Kind = keyof typeof KINDS;

function download(path: string, kind: Kind, api: (part: (name: string) => string) => string): RootRoute {
  return {
    method: "GET",
    path,
    limit: "read",
    duringMaintenance: true,
    handler: async (c) =>
      await fetchFile(
        c,
        api((name) => encodeURIComponent(c.req.param(name) ?? "")),
        KINDS[kind],
      ),
  };
}

async function fetchFile(c: HttpContext, path: string, accept: string): Promise<Response> {
  const headers = headersOf(c, {});
  headers.set("Accept", accept);
  const answer = await c.get("dispatch")(new Request(new URL(`/api/v1${path}`, c.req.url), { headers }));
  if (answer.ok) return answer;
  if (answer.status !== 401) return await fault(c, answer.status);
  return c.redirect(`/sign-in?next=${encodeURIComponent(c.req.path)}`, 303);
}

export const downloadRoutes = [
  download("/app/invoices/:id/pdf", "pdf", (part) => `/billing/invoices/${part("id")}`),
  download("/app/affiliate/statements/:month/pdf", "pdf", (part) => `/affiliate/statements/${part("month")}`),
  download("/app/affiliate/statements/:month/csv", "csv", (part) => `/affiliate/statements/${part("month")}`),
  download("/app/budget/reports/cash-flow.csv", "csv", () => "/reports/cash-flow"),
  download("/app/budget/reports/spending.csv", "csv", () => "/reports/spending"),
  download("/app/budget/reports/net-worth.csv", "csv", () => "/reports/net-worth"),
  download("/admin/reports/:month/pdf", "pdf", (part) => `/admin/reports/${part("month")}`),
] as const satisfies readonly RootRoute[];
