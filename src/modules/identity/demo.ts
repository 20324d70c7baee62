/** The accounts that development begins with. `npm start` prints them; nothing else ever makes them. */

export const DEMO_PASSWORD = "correct-horse-battery-1";

/** The admin's second factor: the secret that authenticator apps take. */
export const DEMO_TOTP_SECRET = "JBSWY3DPEHPK3PXP";

export const DEMO_USERS: readonly (readonly [email: string, name: string, role: "admin" | "user"])[] = [
  ["admin@bourse.test", "Ada Admin", "admin"],
  ["trader@bourse.test", "Tara Trader", "user"],
  ["buyer@bourse.test", "Ben Buyer", "user"],
  ["learner@bourse.test", "Lea Learner", "user"],
];
