/** How long a reading takes: one call after another on a direct socket, so that nothing waits for another's turn. */
const CALLS = Number(process.env["CALLS"] ?? 300);
const WARM_UP = 50;

export interface Timed {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
}

export async function time(name: string, url: string, headers: Record<string, string>): Promise<Timed> {
  const taken: number[] = [];
  for (let round = -WARM_UP; round < CALLS; round += 1) {
    const begun = performance.now();
    const answer = await fetch(url, { headers });
    await answer.text();
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}.`);
    if (round >= 0) taken.push(performance.now() - begun);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number): number => taken[Math.floor(taken.length * share)] ?? 0;
  return { name, p50: at(0.5), p95: at(0.95) };
}

/** Prints readings beside their floor, the first of them. Says whether all others stay under so many milliseconds. */
export function reportReadings(rows: readonly Timed[], goalMs: number): boolean {
  const floor = rows[0]?.p50 ?? 1;
  console.log("| reading | p50 ms | p95 ms | p50 to the floor |\n| --- | --- | --- | --- |");
  for (const { name, p50, p95 } of rows)
    console.log(`| ${name} | ${p50.toFixed(2)} | ${p95.toFixed(2)} | ${(p50 / floor).toFixed(1)} |`);
  const gated = rows.slice(1);
  for (const { name, p95 } of gated)
    console.log(`${p95 < goalMs ? "holds" : "FAILS"}  ${name}: p95 ${p95.toFixed(2)} ms (under ${goalMs})`);
  return gated.every(({ p95 }) => p95 < goalMs);
}
