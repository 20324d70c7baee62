import { connect } from "cloudflare:sockets";
import { SECOND } from "#kernel/time";
import type { SmtpConfig } from "#platform/env.messaging";

/**
 * The client's side of SMTP (RFC 5321) over a socket, with STARTTLS (RFC 3207) and AUTH (RFC 4954). Every reply has
 * its time and its bound, and the end of the stream ends the session.
 */

export interface SmtpReply {
  readonly code: number;
  /** The reply's lines without their codes, at most a few hundred characters. */
  readonly text: string;
}

/** Why a session stopped: the server said no, said nothing in time, or hung up. */
export class SmtpFailure extends Error {
  override readonly name = "SmtpFailure";
  readonly reason: string;
  readonly reply: SmtpReply | null;

  constructor(reason: string, reply: SmtpReply | null = null) {
    super("The mail server did not take it.");
    this.reason = reason;
    this.reply = reply;
  }
}

export interface SmtpSession {
  /** Sends a command and reads its reply. Throws `SmtpFailure` unless the code begins with `expected`. */
  command(line: string, expected: "2" | "3"): Promise<SmtpReply>;
  /** Writes the mail, already ended by its dot, and reads what became of it. */
  data(payload: string): Promise<SmtpReply>;
  /** Says goodbye, without insisting on an answer. */
  close(): Promise<void>;
}

/** All that is said may take so many times as long as a single reply. */
const SESSION_REPLIES = 3;
const GOODBYE_TIMEOUT_MS = SECOND;
const TLS_FAILED = "tls_failed";
const MAX_REPLY_CHARS = 16_384;

const encoder = new TextEncoder();

/**
 * Connects, says hello, secures the line as configured and signs in where credentials are set. `opportunistic` goes on
 * in the clear with a server that cannot be trusted, which is for development.
 */
export async function openSession(config: SmtpConfig, clientName: string): Promise<SmtpSession> {
  const deadline = Date.now() + SESSION_REPLIES * config.timeoutMs;
  try {
    return await openOnce({ ...config, deadline }, clientName);
  } catch (error) {
    const untrusted = error instanceof SmtpFailure && error.reason === TLS_FAILED;
    if (!untrusted || config.tls !== "opportunistic") throw error;
    return await openOnce({ ...config, tls: "off", deadline }, clientName);
  }
}

interface LineConfig extends Omit<SmtpConfig, "tls"> {
  readonly tls: SmtpConfig["tls"] | "off";
  readonly deadline: number;
}

async function openOnce(config: LineConfig, clientName: string): Promise<SmtpSession> {
  const line = openLine(config);
  try {
    expectReply(await line.read(), "2");
    let offers = await hello(line, clientName);
    const offered = /^STARTTLS\b/im.test(offers);
    if (!offered && config.tls === "required") throw new SmtpFailure("tls_not_offered");
    if (offered && (config.tls === "required" || config.tls === "opportunistic"))
      offers = await secure(line, clientName);
    if (config.credentials) await signIn(line, offers, config.credentials);
  } catch (error) {
    await line.close();
    throw error;
  }
  return {
    command: async (text, expected) => await line.command(text, expected),
    data: async (payload) => {
      await line.write(payload);
      return expectReply(await line.read(), "2");
    },
    close: line.close,
  };
}

interface Line {
  readonly command: (text: string, expected: "2" | "3") => Promise<SmtpReply>;
  readonly write: (text: string) => Promise<void>;
  readonly read: () => Promise<SmtpReply>;
  readonly startTls: () => void;
  readonly close: () => Promise<void>;
}

function openLine({ host, port, tls, timeoutMs, deadline }: LineConfig): Line {
  let socket = connect(
    { hostname: host, port },
    { secureTransport: tls === "implicit" ? "on" : "starttls", allowHalfOpen: false },
  );
  const left = (): number => Math.max(1, Math.min(timeoutMs, deadline - Date.now()));
  socket.opened.catch(() => {});
  socket.closed.catch(() => {});
  let writer = socket.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
  let replies = readReplies(socket.readable as ReadableStream<Uint8Array>);
  const write = async (text: string): Promise<void> => {
    await inTime(writer.write(encoder.encode(text)), left());
  };
  const read = async (): Promise<SmtpReply> => {
    const { value } = await inTime(replies.next(), left());
    if (!value) throw new SmtpFailure("connection_lost");
    return value;
  };
  return {
    write,
    read,
    command: async (text, expected) => {
      if (/[\r\n]/.test(text)) throw new SmtpFailure("command_invalid");
      await write(`${text}\r\n`);
      return expectReply(await read(), expected);
    },
    startTls: () => {
      writer.releaseLock();
      replies.release();
      socket = socket.startTls();
      socket.closed.catch(() => {});
      writer = socket.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
      replies = readReplies(socket.readable as ReadableStream<Uint8Array>);
    },
    close: async () => {
      const goodbye = write("QUIT\r\n").then(async () => await replies.next());
      await inTime(goodbye, GOODBYE_TIMEOUT_MS).catch(() => {});
      await inTime(socket.close(), GOODBYE_TIMEOUT_MS).catch(() => {});
    },
  };
}

async function hello(line: Line, clientName: string): Promise<string> {
  try {
    return (await line.command(`EHLO ${clientName}`, "2")).text;
  } catch (error) {
    const unknown = error instanceof SmtpFailure && (error.reply?.code === 500 || error.reply?.code === 502);
    if (!unknown) throw error;
    await line.command(`HELO ${clientName}`, "2");
    return "";
  }
}

async function secure(line: Line, clientName: string): Promise<string> {
  await line.command("STARTTLS", "2");
  try {
    line.startTls();
    return await hello(line, clientName);
  } catch {
    throw new SmtpFailure(TLS_FAILED);
  }
}

async function signIn(line: Line, offers: string, credentials: { user: string; password: string }): Promise<void> {
  const methods = /^AUTH[ =](.*)$/im.exec(offers)?.[1]?.toUpperCase().split(/\s+/) ?? [];
  if (methods.includes("PLAIN")) {
    await line.command(`AUTH PLAIN ${toBase64(`\u0000${credentials.user}\u0000${credentials.password}`)}`, "2");
    return;
  }
  if (!methods.includes("LOGIN")) throw new SmtpFailure("auth_not_offered");
  await line.command("AUTH LOGIN", "3");
  await line.command(toBase64(credentials.user), "3");
  await line.command(toBase64(credentials.password), "2");
}

interface Replies {
  next(): Promise<{ value: SmtpReply | null }>;
  release(): void;
}

/** Cuts a stream into replies; `null` at its end. */
function readReplies(stream: ReadableStream<Uint8Array>): Replies {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let buffered = "";
  return {
    release: () => reader.releaseLock(),
    next: async () => {
      for (;;) {
        const end = /^[0-9]{3}(?: [^\n]*)?\r?\n/m.exec(buffered);
        if (end) {
          const whole = buffered.slice(0, end.index + end[0].length);
          buffered = buffered.slice(whole.length);
          return { value: toReply(whole) };
        }
        if (buffered.length > MAX_REPLY_CHARS) throw new SmtpFailure("reply_too_long");
        const { done, value } = await reader.read();
        if (done) return { value: null };
        buffered += decoder.decode(value, { stream: true });
      }
    },
  };
}

function toReply(whole: string): SmtpReply {
  const lines = whole.trimEnd().split(/\r?\n/);
  const text = lines.map((line) => line.slice(4)).join("\n");
  return { code: Number(lines.at(-1)?.slice(0, 3)), text: text.slice(0, 2_000) };
}

function expectReply(reply: SmtpReply, expected: "2" | "3"): SmtpReply {
  if (!String(reply.code).startsWith(expected)) throw new SmtpFailure(`smtp_${reply.code}`, reply);
  return reply;
}

async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SmtpFailure("timed_out")), limitMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...encoder.encode(text)));
}
