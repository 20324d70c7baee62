import type { Samples } from "./sample.ts";

export const readiness: Samples = { getReadiness: () => ({ status: 200 }) };
