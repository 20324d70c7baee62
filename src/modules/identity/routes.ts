import { contactRoutes } from "./routes.contacts.ts";
import { mfaRoutes } from "./routes.mfa.ts";
import { otpRoutes } from "./routes.otp.ts";
import { passwordRoutes } from "./routes.passwords.ts";
import { registrationRoutes } from "./routes.registration.ts";
import { sessionRoutes } from "./routes.sessions.ts";
import { signInRoutes } from "./routes.sign-in.ts";

export const routes = [
  ...registrationRoutes,
  ...signInRoutes,
  ...otpRoutes,
  ...sessionRoutes,
  ...passwordRoutes,
  ...mfaRoutes,
  ...contactRoutes,
] as const;
