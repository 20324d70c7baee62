import type { Bar } from "#console/frame/bar.ts";

/** Daily bars drawn on the server: a body from open to close, a wick from low to high, and the closes' mean. */

const WIDTH = 960;
const HEIGHT = 320;
const FOOT = 24;
const MEAN = 20;

export function candles(bars: readonly Bar[], label: string) {
  const highest = Math.max(...bars.map(({ high }) => high));
  const lowest = Math.min(...bars.map(({ low }) => low));
  const spread = highest - lowest || 1;
  const step = WIDTH / Math.max(1, bars.length);
  const y = (price: number): number => round(((highest - price) / spread) * (HEIGHT - FOOT));
  const x = (index: number): number => round((index + 0.5) * step);
  const marks = bars.filter((_, index) => index % Math.max(1, Math.floor(bars.length / 6)) === 0);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {bars.map(({ open, high, low, close }, index) => (
        <g class={close >= open ? "up" : "down"}>
          <line x1={x(index)} x2={x(index)} y1={y(high)} y2={y(low)} />
          <rect
            x={round(x(index) - step * 0.35)}
            width={round(step * 0.7)}
            y={y(Math.max(open, close))}
            height={Math.max(1, round(y(Math.min(open, close)) - y(Math.max(open, close))))}
          />
        </g>
      ))}
      <polyline
        class="line"
        points={meanOf(bars)
          .map(([index, price]) => `${x(index)},${y(price)}`)
          .join(" ")}
      />
      {marks.map((bar) => (
        <text x={x(bars.indexOf(bar))} y={HEIGHT - 6}>
          {bar.time.slice(0, 10)}
        </text>
      ))}
      <text x={4} y={12}>
        {highest}
      </text>
      <text x={4} y={HEIGHT - FOOT - 4}>
        {lowest}
      </text>
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The plain mean of the last closes, at each bar that has as many. */
function meanOf(bars: readonly Bar[]): [index: number, price: number][] {
  return bars.flatMap((_, index): [number, number][] => {
    if (index < MEAN - 1) return [];
    const closes = bars.slice(index - MEAN + 1, index + 1);
    return [[index, closes.reduce((sum, { close }) => sum + close, 0) / MEAN]];
  });
}
