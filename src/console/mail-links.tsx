import type { Child } from "hono/jsx";
import { Problem } from "#kernel/problem";
import { confirmEmailByPassword, requestMail, resetPassword, toEmail, verifyEmail } from "#modules/identity";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import { Door } from "#console/frame/layout.tsx";
import { page, readFields } from "#console/frame/page.ts";

/**
 * The pages that mails lead to. Opening one changes nothing, since mail scanners open every link; a button posts the
 * token back. The token is the credential: no cookie takes part, so another site's form can do no more than a guess.
 */

interface SheetProps {
  readonly nonce: string;
  readonly title: string;
  readonly text: string;
  readonly children?: Child;
}

function Sheet({ nonce, title, text, children }: SheetProps) {
  return (
    <Door title={`${title} – Bourse`} description={text} nonce={nonce}>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {children}
    </Door>
  );
}

function TokenForm({ path, token, children }: { path: string; token: string; children?: Child }) {
  return (
    <form method="post" action={path}>
      <input type="hidden" name="token" value={token} />
      {children}
    </form>
  );
}

const PasswordField = () => (
  <>
    <label for="password">New password, at least twelve characters</label>
    <input id="password" name="password" type="password" autocomplete="new-password" minlength={12} required />
    <button type="submit">Set the password</button>
  </>
);

const NewAddressForm = ({ token }: { token: string }) => (
  <TokenForm path="/confirm-email" token={token}>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required />
    <button type="submit">Confirm the new address</button>
  </TokenForm>
);

const EmailField = () => (
  <>
    <label for="email">E-mail address</label>
    <input id="email" name="email" type="email" autocomplete="email" maxlength={254} required />
    <button type="submit">Send the mail</button>
  </>
);

/** Does what the form asks for; a refusal comes back as a page with the reason, and the form again where it helps. */
async function attempt(
  c: HttpContext,
  work: () => Promise<{ title: string; text: string }>,
  again: Child = null,
): Promise<Response> {
  try {
    const done = await work();
    return await page(c, (nonce) => <Sheet nonce={nonce} {...done} />);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) throw error;
    const reason = error.options.detail ?? error.kind.title;
    const status = error.status === 422 ? 422 : 400;
    return await page(
      c,
      (nonce) => (
        <Sheet nonce={nonce} title="That did not work" text={error.kind.title}>
          <p class="refused">{reason}</p>
          {again}
        </Sheet>
      ),
      status,
    );
  }
}

const open = { limit: "auth", duringMaintenance: true } as const;
const tokenOf = (c: HttpContext): string => c.req.query("token")?.slice(0, 200) ?? "";

const showVerification: RootRoute = {
  ...open,
  method: "GET",
  path: "/verify-email",
  handler: async (c) =>
    await page(c, (nonce) => (
      <Sheet nonce={nonce} title="Confirm your address" text="One click, and your account is ready.">
        <TokenForm path="/verify-email" token={tokenOf(c)}>
          <button type="submit">Confirm the address</button>
        </TokenForm>
      </Sheet>
    )),
};

const takeVerification: RootRoute = {
  ...open,
  method: "POST",
  path: "/verify-email",
  handler: async (c) => {
    const fields = await readFields(c);
    return await attempt(c, async () => {
      await verifyEmail(c.get("ctx"), fields.get("token") ?? "");
      return { title: "Your address is confirmed", text: "You can sign in now." };
    });
  },
};

const showReset: RootRoute = {
  ...open,
  method: "GET",
  path: "/reset-password",
  handler: async (c) => {
    const token = tokenOf(c);
    if (token === "") {
      return await page(c, (nonce) => (
        <Sheet nonce={nonce} title="Forgotten your password?" text="We send you a link to choose a new one.">
          <form method="post" action="/reset-password/mail">
            <EmailField />
          </form>
        </Sheet>
      ));
    }
    return await page(c, (nonce) => (
      <Sheet nonce={nonce} title="Choose a new password" text="Every session ends, and you sign in anew.">
        <TokenForm path="/reset-password" token={token}>
          <PasswordField />
        </TokenForm>
      </Sheet>
    ));
  },
};

const takeReset: RootRoute = {
  ...open,
  method: "POST",
  path: "/reset-password",
  handler: async (c) => {
    const fields = await readFields(c);
    const token = fields.get("token") ?? "";
    const again = (
      <TokenForm path="/reset-password" token={token}>
        <PasswordField />
      </TokenForm>
    );
    const work = async (): Promise<{ title: string; text: string }> => {
      await resetPassword(c.get("ctx"), { token, password: fields.get("password") ?? "" });
      return { title: "Your password is set", text: "Every session has ended. Sign in with the new one." };
    };
    return await attempt(c, work, again);
  },
};

const sendReset: RootRoute = {
  ...open,
  method: "POST",
  path: "/reset-password/mail",
  handler: async (c) => {
    const fields = await readFields(c);
    return await attempt(c, async () => {
      await requestMail(c.get("ctx"), { kind: "reset", email: toEmail((fields.get("email") ?? "").slice(0, 320)) });
      return { title: "Look into your mail", text: "If there is an account under that address, a link is on its way." };
    });
  },
};

const showNewAddress: RootRoute = {
  ...open,
  method: "GET",
  path: "/confirm-email",
  handler: async (c) =>
    await page(c, (nonce) => (
      <Sheet
        nonce={nonce}
        title="Confirm your new address"
        text="Your account's password shows that it was you who asked for the change."
      >
        <NewAddressForm token={tokenOf(c)} />
        <p>
          An account without a password is confirmed where it is signed in: give <code>{tokenOf(c)}</code> to the app.
        </p>
      </Sheet>
    )),
};

const takeNewAddress: RootRoute = {
  ...open,
  method: "POST",
  path: "/confirm-email",
  handler: async (c) => {
    const fields = await readFields(c);
    const token = (fields.get("token") ?? "").slice(0, 200);
    const work = async (): Promise<{ title: string; text: string }> => {
      await confirmEmailByPassword(c.get("ctx"), { token, password: fields.get("password") ?? "" });
      return { title: "Your address is changed", text: "From now on you sign in with the new one." };
    };
    return await attempt(c, work, <NewAddressForm token={token} />);
  },
};

export const mailLinkRoutes = [
  showVerification,
  takeVerification,
  showReset,
  takeReset,
  sendReset,
  showNewAddress,
  takeNewAddress,
] as const;
