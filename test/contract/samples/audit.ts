import type { Samples } from "./sample.ts";

export const audit: Samples = {
  listAudit: () => ({ query: "limit=1", status: 200 }),
  verifyAudit: () => ({ status: 200 }),
};
