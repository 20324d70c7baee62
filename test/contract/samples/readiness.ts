import type { Samples } from "./sample.ts";

export const readiness: Samples = { listReadiness: () => ({ status: 200 }) };
