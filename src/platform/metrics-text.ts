import type { Observation } from "#objects/metrics-hub";
import type { Gauge } from "./metrics-catalogue.ts";
import { SERIES } from "./metrics-catalogue.ts";

/** The Prometheus text format, version 0.0.4. */

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function writeMetrics(observations: readonly Observation[], gauges: readonly Gauge[]): string {
  return [...writeCounted(observations), ...writeGauges(gauges), ""].join("\n");
}

function writeCounted(observations: readonly Observation[]): string[] {
  const bySeries = Map.groupBy(observations, ({ series }) => series);
  return Object.entries(SERIES).flatMap(([key, { name, help, kind }]) => {
    const own = bySeries.get(key as keyof typeof SERIES) ?? [];
    return own.length === 0 ? [] : [...head(name, help, kind), ...own.flatMap(writeOne)];
  });
}

function head(name: string, help: string, kind: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
}

function writeOne({ series, labels, sum, counts = [] }: Observation): string[] {
  const definition = SERIES[series];
  const pairs = definition.labels.map((label, place) => [label, labels[place] ?? ""] as const);
  if (definition.kind === "counter") return [`${definition.name}${braces(pairs)} ${sum}`];
  let running = 0;
  const bounds = [...definition.buckets.map(String), "+Inf"];
  const lines = bounds.map((bound, place) => {
    running += counts[place] ?? 0;
    return `${definition.name}_bucket${braces([...pairs, ["le", bound]])} ${running}`;
  });
  return [
    ...lines,
    `${definition.name}_sum${braces(pairs)} ${sum}`,
    `${definition.name}_count${braces(pairs)} ${running}`,
  ];
}

function writeGauges(gauges: readonly Gauge[]): string[] {
  return [...Map.groupBy(gauges, ({ name }) => name)].flatMap(([name, own]) => [
    ...head(`bourse_${name}`, own[0]?.help ?? "", "gauge"),
    ...own.map(({ labels, value }) => `bourse_${name}${braces(Object.entries(labels ?? {}))} ${value}`),
  ]);
}

function braces(pairs: readonly (readonly [string, string])[]): string {
  return pairs.length === 0 ? "" : `{${pairs.map(([label, value]) => `${label}="${escape(value)}"`).join(",")}}`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
