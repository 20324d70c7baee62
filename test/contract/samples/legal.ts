import { versionOf } from "../../../src/modules/legal/rules.ts";
import type { Samples } from "./sample.ts";

export const legal: Samples = {
  getConsents: () => ({ status: 200 }),
  acceptDocument: () => ({ json: { document: "terms", version: versionOf("terms") }, status: 200 }),
};
