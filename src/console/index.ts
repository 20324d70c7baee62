import type { Module } from "#platform/module";
import { rootRoutes } from "./routes.tsx";

/** Pages for people. May enter every module's door; none enters it. */
export const pages = { name: "console", rootRoutes } as const satisfies Module;
