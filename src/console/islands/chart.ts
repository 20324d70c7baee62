import type { IChartApi, LineData } from "lightweight-charts";
import { CandlestickSeries, ColorType, createChart, LineSeries } from "lightweight-charts";
import type { Bar } from "#console/frame/bar.ts";
import { watchPresence } from "./presence/watch.ts";

/** Puts a chart that can be moved and zoomed over the one that the server has drawn, with what is asked to be plotted. */

interface Series {
  readonly columns: readonly string[];
  readonly data: readonly { readonly time: string; readonly values: Readonly<Record<string, number | null>> }[];
}

async function read<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`);
  return (await answer.json()) as T;
}

const day = (time: string): string => time.slice(0, 10);

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const LINES = ["accent", "warn", "good", "bad", "quiet"];

function drawBars(chart: IChartApi, bars: readonly Bar[]): void {
  const [up, down] = [colour("good"), colour("bad")];
  const series = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
  });
  series.setData(bars.map(({ time, open, high, low, close }) => ({ time: day(time), open, high, low, close })));
}

interface Plot {
  readonly title: string;
  readonly points: LineData[];
}

function plotsOf({ columns, data }: Series): Plot[] {
  return columns.map((title) => ({
    title,
    points: data.flatMap(({ time, values }) => {
      const value = values[title];
      return value === null || value === undefined ? [] : [{ time: day(time), value }];
    }),
  }));
}

/** Whether a line is of the size of prices, and so belongs among the bars; an oscillator gets a pane of its own. */
function isPrice({ points }: Plot, bars: readonly Bar[]): boolean {
  const low = Math.min(...bars.map((bar) => bar.low)) / 2;
  const high = Math.max(...bars.map((bar) => bar.high)) * 2;
  return points.every(({ value }) => value >= low && value <= high);
}

function drawPlots(chart: IChartApi, plots: readonly Plot[], bars: readonly Bar[]): void {
  let panes = 1;
  for (const [index, plot] of plots.entries()) {
    const pane = isPrice(plot, bars) ? 0 : panes++;
    const line = { color: colour(LINES[index % LINES.length] ?? "accent"), lineWidth: 2, title: plot.title } as const;
    chart.addSeries(LineSeries, { ...line, priceLineVisible: false }, pane).setData(plot.points);
  }
}

function openChart(place: HTMLElement): IChartApi {
  return createChart(place, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colour("sheet") },
      textColor: colour("quiet"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      attributionLogo: false,
    },
    grid: { vertLines: { color: colour("line") }, horzLines: { color: colour("line") } },
    rightPriceScale: { borderColor: colour("line") },
    timeScale: { borderColor: colour("line") },
    localization: { locale: document.documentElement.lang },
  });
}

async function enhance(drawn: HTMLElement): Promise<void> {
  const { symbol = "", from = "", set = "" } = drawn.dataset;
  const base = `/api/v1/market/symbols/${encodeURIComponent(symbol)}`;
  const [{ data: bars }, series] = await Promise.all([
    read<{ data: Bar[] }>(`${base}/bars?${new URLSearchParams({ from })}`),
    set === "" ? null : read<Series>(`${base}/indicators?${new URLSearchParams({ set, from })}`),
  ]);
  const place = document.createElement("div");
  place.className = "live-chart";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", drawn.querySelector("svg")?.getAttribute("aria-label") ?? symbol);
  drawn.hidden = true;
  drawn.after(place);
  const chart = openChart(place);
  drawBars(chart, bars);
  if (series) drawPlots(chart, plotsOf(series), bars);
  chart.timeScale().fitContent();
}

for (const drawn of document.querySelectorAll<HTMLElement>("[data-chart]")) {
  // Without the figures, the chart of the server stays.
  enhance(drawn).catch(() => undefined);
}

watchPresence();
