/**
 * Every series that the product counts, by the key it goes under in code. Labels take few and known values: a series
 * for each user or address would be a leak and a flood.
 */

export interface CounterDefinition {
  readonly kind: "counter";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface HistogramDefinition extends Omit<CounterDefinition, "kind"> {
  readonly kind: "histogram";
  /** Upper bounds, ascending; the one above all is understood. */
  readonly buckets: readonly number[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const LAGS = [0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200] as const;

function counter<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { kind: "counter", name: `bourse_${name}_total`, help, labels } as const;
}

function histogram<const L extends readonly string[]>(
  name: string,
  help: string,
  { labels, buckets }: { readonly labels: L; readonly buckets: readonly number[] },
) {
  return { kind: "histogram", name: `bourse_${name}_seconds`, help, labels, buckets } as const;
}

export const SERIES = {
  httpRequests: counter("http_requests", "Answered requests by class of route.", ["class", "method", "status"]),
  httpDuration: histogram("http_request_duration", "Time from a request to its answer.", {
    labels: ["class"],
    buckets: SECONDS,
  }),
  limiterRefusals: counter("limiter_refusals", "Calls refused because there were too many.", ["class"]),
  limiterFailures: counter("limiter_failures", "Times that the limiter could not be reached.", []),
  signIns: counter("sign_ins", "Tries to sign in, by way and outcome.", ["way", "outcome"]),
  chatSockets: counter("chat_sockets", "Sockets of chats that were opened and closed.", ["change"]),
  assistantAnswers: counter("assistant_answers", "Answers of the assistant, by source and how they ended.", [
    "source",
    "outcome",
  ]),
  assistantTokens: counter("assistant_tokens", "Tokens of models, read and written.", ["kind"]),
  assistantCost: counter("assistant_cost_micros", "What models cost, in millionths of a dollar.", []),
  deliveries: counter("deliveries", "Tries to deliver an event to its handler.", ["handler", "outcome"]),
  deliveryLag: histogram("delivery_lag", "Time from an event to the end of its handling.", {
    labels: ["event"],
    buckets: LAGS,
  }),
  cronRuns: counter("cron_runs", "Runs of scheduled jobs.", ["cron", "outcome"]),
  cronSeconds: counter("cron_seconds", "Time that scheduled jobs took.", ["cron"]),
  queries: counter("database_queries", "Calls to the database.", ["outcome"]),
  queryDuration: histogram("database_query_duration", "Time that a call to the database took.", {
    labels: [],
    buckets: SECONDS,
  }),
  slowQueries: counter("database_slow_queries", "Calls to the database that took over one second.", []),
  rowsRead: counter("database_rows_read", "Rows read, as far as the database tells.", []),
  rowsWritten: counter("database_rows_written", "Rows written, indexes included.", []),
  errors: counter("unexpected_errors", "Requests that ended in an unexpected error.", []),
  dropped: counter("metrics_dropped", "Observations that found no room.", []),
} as const satisfies Readonly<Record<string, CounterDefinition | HistogramDefinition>>;

export type SeriesKey = keyof typeof SERIES;
type KeyOf<K extends "counter" | "histogram"> = {
  [S in SeriesKey]: (typeof SERIES)[S]["kind"] extends K ? S : never;
}[SeriesKey];
export type CounterKey = KeyOf<"counter">;
export type HistogramKey = KeyOf<"histogram">;

/** One value for each label of the series, in its order. */
export type LabelsOf<S extends SeriesKey> = Values<(typeof SERIES)[S]["labels"]>;
type Values<L extends readonly string[]> = { readonly [I in keyof L]: string };

/** What is measured when somebody asks, rather than counted as it happens. */
export interface Gauge {
  /** Without the product's prefix, in the units of its name: `queue_depth`, `backup_age_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
