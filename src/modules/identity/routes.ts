import { mfaRoutes } from "./routes.mfa.ts";
import { passwordRoutes } from "./routes.passwords.ts";
import { registrationRoutes } from "./routes.registration.ts";
import { sessionRoutes } from "./routes.sessions.ts";
import { signInRoutes } from "./routes.sign-in.ts";

export const routes = [
  ...registrationRoutes,
  ...signInRoutes,
  ...sessionRoutes,
  ...passwordRoutes,
  ...mfaRoutes,
] as const;
