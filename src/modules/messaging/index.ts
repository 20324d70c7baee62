import type { Module } from "#platform/module";
import { jobs } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { broadcastRoutes } from "./routes.broadcasts.ts";
import { developmentRoutes } from "./routes.development.tsx";
import { notificationRoutes } from "./routes.notifications.ts";
import { pageRoutes } from "./routes.pages.tsx";
import { webhookRoutes } from "./routes.webhooks.ts";
import { afterRestore, eraseUser, exportUser } from "./service.contacts.ts";

export type { Kind as NoticeKind } from "./kinds.ts";
export { findContact, upsertContact } from "./service.contacts.ts";
export type { OperatorAlert } from "./service.operators.ts";
export { alertOperators } from "./service.operators.ts";
export type { Contact, Notice } from "./service.ts";
export { notify } from "./service.ts";

/** Mail, SMS and in-app notifications. The lowest module: it enters no other. */
export const messaging = {
  name: "messaging",
  required: true,
  tags: {
    Notifications: "What a person is told of inside the product, and by which channels they are told of anything.",
  },
  routes: [...notificationRoutes, ...broadcastRoutes],
  rootRoutes: [...pageRoutes, ...webhookRoutes, ...developmentRoutes],
  jobs,
  readiness,
  afterRestore,
  eraseUser,
  exportUser,
} as const satisfies Module;
