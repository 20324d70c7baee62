import type { Module } from "#platform/module";
import { jobs } from "./jobs.ts";
import { developmentRoutes } from "./routes.development.ts";
import { eraseUser, exportUser } from "./service.contacts.ts";

export type { Kind as NoticeKind } from "./kinds.ts";
export { findContact, upsertContact } from "./service.contacts.ts";
export type { Contact, Notice, Notification } from "./service.ts";
export { notify } from "./service.ts";

/** Mail, SMS and in-app notifications. The lowest module: it enters no other. */
export const messaging = {
  name: "messaging",
  required: true,
  jobs,
  rootRoutes: developmentRoutes,
  eraseUser,
  exportUser,
} as const satisfies Module;
