import { ID_PREFIXES } from "#kernel/ids";

/**
 * Structured logs, one JSON object a line. Only the fields named here can be written, and each is scrubbed, so that
 * no token, password, code, address or key can reach a log by accident: what is not allowed in is left out.
 */

export interface LogFields {
  readonly requestId?: string;
  readonly traceId?: string;
  readonly method?: string;
  /** The route's template, never the path as it was sent. */
  readonly route?: string;
  readonly status?: number;
  readonly code?: string;
  readonly durationMs?: number;
  readonly actor?: string;
  readonly operation?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly handler?: string;
  readonly queue?: string;
  readonly attempts?: number;
  readonly cron?: string;
  readonly slot?: number;
  readonly count?: number;
  readonly module?: string;
  readonly target?: string;
  /** A word for why. */
  readonly reason?: string;
  readonly model?: string;
  readonly tool?: string;
  readonly error?: unknown;
}

const FIELDS: ReadonlySet<string> = new Set<keyof LogFields>([
  "requestId",
  "traceId",
  "method",
  "route",
  "status",
  "code",
  "durationMs",
  "actor",
  "operation",
  "eventId",
  "eventType",
  "handler",
  "queue",
  "attempts",
  "cron",
  "slot",
  "count",
  "module",
  "target",
  "reason",
  "model",
  "tool",
]);

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Logger;
}

export type LogSink = (level: LogLevel, line: string) => void;

const toConsole: LogSink = (level, line) => console[level](line);

export function createLogger(base: LogFields = {}, sink: LogSink = toConsole): Logger {
  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    sink(
      level,
      toLine({ level, message: scrub(message), ...pick(base), ...pick(fields), ...describeError(fields.error) }),
    );
  };
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    with: (fields) => createLogger({ ...base, ...fields }, sink),
  };
}

/** Forms in which a caller's own request or trace id is kept as it is; they look like secrets to the patterns below. */
const OWN_FORMS: ReadonlyMap<string, RegExp> = new Map([
  ["requestId", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ["traceId", /^[0-9a-f]{32}$/],
]);

function pick(fields: LogFields): Record<string, string | number> {
  const picked: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!FIELDS.has(name)) continue;
    if (typeof value === "string") picked[name] = OWN_FORMS.get(name)?.test(value) === true ? value : scrub(value);
    if (typeof value === "number") picked[name] = value;
  }
  return picked;
}

const FRAME = /^\s+at (?:(?:async |new )*[\w$.<>[\] #]{1,200} \()?[^\s()]{1,300}:[0-9]+:[0-9]+\)?$/;
const CLASS_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** An error's class and place. Its message may quote data, so only a constraint's name survives of it. */
function describeError(error: unknown): Record<string, string> {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: typeof error };
  const constraint = constraintOf(error);
  const frames = (error.stack ?? "")
    .replace(error.message, "")
    .split("\n")
    .filter((line) => FRAME.test(line))
    .slice(0, 8);
  return {
    error: CLASS_NAME.test(error.name) ? error.name : "Error",
    ...(constraint === null ? {} : { constraint }),
    ...(frames.length === 0 ? {} : { stack: scrub(frames.map((line) => line.trim()).join(" | ")) }),
  };
}

const CONSTRAINT =
  /^(?:D1_ERROR: )?(?:(?:CHECK|UNIQUE|NOT NULL) constraint failed: )?(?:index ')?([a-z0-9_.]+(?:, [a-z0-9_.]+)*)'?: SQLITE_CONSTRAINT/;

/** The name of the constraint, trigger code or unique columns that refused a statement; null for any other error. */
export function constraintOf(error: unknown): string | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    const match = CONSTRAINT.exec(current.message);
    if (match) return match[1] ?? null;
  }
  return null;
}

/** Every repetition is bounded or cannot overlap what follows it, so that no input makes a pattern slow. */
const SECRETS = [
  /eyJ[\w-]{5,}(?:\.[\w-]+){1,4}/g,
  /\b(?:bearer|basic|digest)\s+[^\s"',]+/gi,
  /\b(?:bourse_(?:live|test)|sk|rk|pk|whsec|rzp|re|xox[a-z]|gh[a-z]|tok)_[\w-]{6,}/gi,
  /\b(?:pass(?:word|wd|code|phrase)?|secret|token|otp|pin|cvc|api[-_ ]?key|authorization|cookie)["']?\s{0,4}[:=]\s{0,4}["']?[^\s"',;&]+/gi,
  /[^\s@"'<>()[\]{},;:=/?&]{1,64}(?:@|%40)[^\s@"'<>()[\]{},;:=/?&]{1,255}/gi,
  /\b(?:0x[0-9a-f]{40,}|(?:bc|tb)1[0-9a-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|T[1-9A-HJ-NP-Za-km-z]{33})\b/gi,
  /(?<![\w-])(?=[\w-]{0,200}[0-9])(?=[\w-]{0,200}[A-Za-z])[\w-]{32,}/g,
  /(?<![\w-])(?=[\w-]{0,200}[0-9])(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}[a-z])[\w-]{20,}/g,
  /(?<![\w+/-])(?=[\w+/-]{0,200}[0-9])(?=[\w+/-]{0,200}[A-Z])(?=[\w+/-]{0,200}[a-z])[\w+/-]{24,}={0,2}/g,
  /\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b/g,
  /\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3,7}\b/gi,
  /(?<![0-9a-z:])(?:[0-9a-f]{1,4}:){0,6}(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?![0-9a-z])/gi,
  /\+?[0-9][0-9 ().-]{7,}[0-9]/g,
  /(?<![A-Za-z0-9])[0-9]{6,}(?![A-Za-z0-9])/g,
];

const ID = new RegExp(String.raw`(?<![\w-])(?:${ID_PREFIXES.join("|")})_[0-7][0-9a-hjkmnp-tv-z]{25}(?![\w-])`, "g");
const READ_AT_MOST = 8_000;
const WRITE_AT_MOST = 2_000;

const WHOLE_ID = new RegExp(`^(?:${ID.source})$`);
const REMEMBERED_LENGTH = 80;
const MAX_REMEMBERED = 500;
/** Short texts that were found clean, such as routes and names of events: nearly every line says the same ones. */
const clean = new Set<string>();

/**
 * Blots out whatever looks like a secret or a person's data. Our own ids stay, because they lead to the rows. A text is
 * cut only once it is clean: half a secret would no longer look like one.
 */
export function scrub(text: string): string {
  if (clean.has(text) || WHOLE_ID.test(text)) return text;
  const scrubbed = blotOut(text);
  if (scrubbed === text && text.length <= REMEMBERED_LENGTH) {
    if (clean.size >= MAX_REMEMBERED) clean.clear();
    clean.add(text);
  }
  return scrubbed;
}

function blotOut(text: string): string {
  const ids: string[] = [];
  const kept = text
    .slice(0, READ_AT_MOST)
    .replaceAll("\uE000", "")
    .replaceAll(ID, (id) => `\uE000${ids.push(id) - 1}\uE000`);
  const blotted = SECRETS.reduce((current, pattern) => current.replaceAll(pattern, "[redacted]"), kept);
  return blotted
    .replaceAll(/\uE000([0-9]+)\uE000/g, (_, index: string) => ids[Number(index)] ?? "")
    .slice(0, WRITE_AT_MOST);
}

/** JSON with everything outside printable ASCII escaped, so that no input can forge a line or colour a terminal. */
function toLine(entry: Record<string, unknown>): string {
  return JSON.stringify(entry).replaceAll(
    /[^\u0020-\u007e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
