import { registrationRoutes } from "./routes.registration.ts";
import { sessionRoutes } from "./routes.sessions.ts";
import { signInRoutes } from "./routes.sign-in.ts";

export const routes = [...registrationRoutes, ...signInRoutes, ...sessionRoutes] as const;
