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

function pick(fields: LogFields): Record<string, string | number> {
  const picked: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!FIELDS.has(name)) continue;
    if (typeof value === "string") picked[name] = scrub(value);
    if (typeof value === "number") picked[name] = value;
  }
  return picked;
}

/** An error's class and place. Its message may quote data, so only a constraint's name survives of it. */
function describeError(error: unknown): Record<string, string> {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: typeof error };
  const constraint = constraintOf(error);
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8);
  return {
    error: error.name,
    ...(constraint === null ? {} : { constraint }),
    ...(frames.length === 0 ? {} : { stack: scrub(frames.map((line) => line.trim()).join(" | ")) }),
  };
}

const CONSTRAINT =
  /^(?:D1_ERROR: )?(?:CHECK constraint failed: |UNIQUE constraint failed: )?([a-z0-9_.]+(?:, [a-z0-9_.]+)*): SQLITE_CONSTRAINT/;

/** The name of the constraint, trigger code or unique columns that refused a statement; null for any other error. */
export function constraintOf(error: unknown): string | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    const match = CONSTRAINT.exec(current.message);
    if (match) return match[1] ?? null;
  }
  return null;
}

const SECRETS = [
  /eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g,
  /\b(?:bearer|basic)\s+[^\s"']+/gi,
  /\b(?:bourse_(?:live|test)|sk|rk|pk|whsec|rzp|re|xox[a-z])_[\w-]{6,}/gi,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /\b(?:0x[0-9a-f]{40,}|bc1[0-9a-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b/gi,
  /\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b/g,
  /\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b/gi,
  /\+?[0-9][0-9 -]{8,}[0-9]/g,
  /\b[0-9]{6,}\b/g,
  /\b(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{32,}/g,
];

const ID = /\b[a-z]{2,8}_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;

/** Blots out whatever looks like a secret or a person's data. Our own ids stay, because they lead to the rows. */
export function scrub(text: string): string {
  const ids: string[] = [];
  const kept = text.slice(0, 2_000).replaceAll(ID, (id) => `\uE000${ids.push(id) - 1}\uE000`);
  const clean = SECRETS.reduce((current, pattern) => current.replaceAll(pattern, "[redacted]"), kept);
  return clean.replaceAll(/\uE000([0-9]+)\uE000/g, (_, index: string) => ids[Number(index)] ?? "");
}

/** JSON with everything outside printable ASCII escaped, so that no input can forge a line or colour a terminal. */
function toLine(entry: Record<string, unknown>): string {
  return JSON.stringify(entry).replaceAll(
    /[^\u0020-\u007e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
