import type { Samples } from "./sample.ts";

export const system: Samples = {
  getHealth: () => ({ status: 200 }),
  getReadiness: () => ({ status: 200 }),
};
