import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { SMTPServerOptions, SMTPServerSession } from "smtp-server";
import type { Behaviour } from "./state.ts";
import { next, take } from "./state.ts";

const HANG_UP = new Set<Behaviour>(["hang-up", "take-and-hang-up", "lose"]);

/** A mail server on loopback that does with each recipient's mail what the plan says. */
export async function startSmtp(
  vendor: string,
  options: SMTPServerOptions,
): Promise<{ port: number; stop: () => void }> {
  const doing = new Map<string, Behaviour>();
  const server = new SMTPServer({
    logger: false,
    ...options,
    onAuth: ({ username, password }, _session, done) => {
      const known = username === "bourse" && password === "s3cret";
      done(known ? null : refusal(535, "5.7.8 Wrong name or password"), known ? { user: username } : undefined);
    },
    onRcptTo: ({ address }, session, done) => {
      const behaviour = next(address);
      doing.set(session.id, behaviour);
      if (behaviour === "refuse") done(refusal(451, "4.3.0 Try again"));
      else if (behaviour === "no-such-address") done(refusal(550, "5.1.1 No such user"));
      else if (behaviour === "hang-up") hangUp(server, session);
      else if (behaviour !== "hang") done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const behaviour = doing.get(session.id) ?? "take";
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const user = typeof session.user === "string" ? session.user : null;
        const raw = Buffer.concat(chunks).toString("utf8");
        if (behaviour !== "lose") take({ vendor, to: to.join(","), raw, headers: {}, user });
        if (HANG_UP.has(behaviour)) hangUp(server, session);
        else if (behaviour !== "take-and-hang") done(null, "2.0.0 Taken");
      });
    },
  });
  server.on("error", () => {});
  const listening = server.listen(0, "127.0.0.1");
  await new Promise((resolve) => listening.once("listening", resolve));
  return { port: (listening.address() as AddressInfo).port, stop: () => listening.close() };
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

interface Connection {
  readonly id: string;
  close(): void;
}

/** The package keeps its open connections, but says nothing of them in its types. */
function hangUp(server: SMTPServer, { id }: SMTPServerSession): void {
  const { connections } = server as unknown as { connections: Set<Connection> };
  for (const connection of connections) if (connection.id === id) connection.close();
}
