import { problemKinds } from "#kernel/problem";
import { http } from "./problems.ts";
import type { RootRoute } from "./root-route.ts";

/** The address that a problem's `type` names: what kind of problem it is. */
export function problemRoutes(): RootRoute[] {
  return [
    {
      method: "GET",
      path: "/problems/:owner/:name",
      limit: "public",
      duringMaintenance: true,
      handler: (c) => {
        const name = `${c.req.param("owner")}/${c.req.param("name")}`;
        const kind = problemKinds().find((candidate) => candidate.name === name);
        if (!kind) throw http.notFound({ detail: "No problem of this product has that type." });
        const { title, status, code } = kind;
        c.header("Cache-Control", "public, max-age=3600");
        return c.json({ type: `/problems/${name}`, title, status, code });
      },
    },
  ];
}
