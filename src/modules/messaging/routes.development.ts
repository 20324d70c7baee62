import type { RootRoute } from "#platform/http/root-route";
import { toTimestamp } from "#kernel/time";
import { listOutbox } from "./repository.ts";

const development = { method: "GET", limit: "exempt", duringMaintenance: true, developmentOnly: true } as const;

/** What development alone can see: every message that would have left. */
export const developmentRoutes: readonly RootRoute[] = [
  {
    ...development,
    path: "/dev/outbox",
    handler: async (c) => {
      const entries = await listOutbox(c.get("ctx"), c.req.query("to") ?? null);
      return c.json({
        data: entries.map(({ recipient, createdAt, ...entry }) => ({
          ...entry,
          to: recipient,
          createdAt: toTimestamp(createdAt),
        })),
      });
    },
  },
];
