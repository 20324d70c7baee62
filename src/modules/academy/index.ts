import type { Module } from "#platform/module";
import { eraseLearning, exportLearning } from "./repository.learning.ts";
import { editingRoutes } from "./routes.editing.ts";
import { fileRoutes } from "./routes.files.ts";
import { rootRoutes } from "./routes.root.tsx";
import { routes } from "./routes.ts";
import { seed } from "./seed.ts";

/** Courses with lessons, quizzes and certificates, for whoever has a package that holds them. */
export const academy = {
  name: "academy",
  routes: [...routes, ...editingRoutes, ...fileRoutes],
  rootRoutes,
  tags: { Academy: "Courses, lessons and quizzes, how far you are in them, and certificates." },
  seed,
  exportUser: exportLearning,
  eraseUser: async (ctx, userId) => await Promise.resolve(eraseLearning(ctx, userId)),
} as const satisfies Module;
