import uPlot from "uplot";
import { formatDecimal, formatMark } from "#console/frame/figures.ts";
import type { PlotData } from "#console/frame/plot.ts";
import { offerPalette } from "./commands/palette.ts";
import { watchPresence } from "./presence/watch.ts";

/** Puts a chart that can be read and looked into over each one that the server has drawn. */

const MARK_SPACE = 90;
const FIGURE_SPACE = 36;
const LETTER = 7;
const BARS = 0.8;
const CLOSER = 2;
/** What an axis of places may step by. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

const locale = document.documentElement.lang;
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** A token of the page's style as it is now: the reader may turn to dark at any time. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function figureOf(value: number | string | undefined, unit: string): string {
  if (value === undefined) return "–";
  const figure = typeof value === "string" ? formatDecimal(locale, value) : plain.format(value);
  return unit === "" ? figure : `${figure} ${unit}`;
}

/** Bars of one place stand beside each other, as the server draws them. */
function barsOf(place: number, count: number): uPlot.Series.PathBuilder {
  const width = BARS / count;
  const bars = uPlot.paths.bars;
  if (!bars) throw new TypeError("uPlot draws no bars.");
  return bars({
    disp: {
      x0: { unit: 1, values: ({ data: [places] }) => [...places].map((x) => x - BARS / 2 + place * width) },
      size: { unit: 1, values: ({ data: [places] }) => [...places].map(() => width) },
    },
  });
}

function seriesOf({ kind, series }: PlotData): uPlot.Series[] {
  return series.map(({ name }, index) => {
    const colour = (): string => token(`s${index}`);
    const shared = { label: name, stroke: colour, points: { show: false } };
    return kind === "lines"
      ? { ...shared, width: 2 }
      : { ...shared, fill: colour, width: 0, paths: barsOf(index, series.length) };
  });
}

function axesOf({ marks }: PlotData): uPlot.Axis[] {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const lines = {
    stroke: () => token("quiet"),
    font,
    ticks: { show: false },
    grid: { stroke: () => token("line"), width: 1 },
  };
  const mark = (place: number): string => (marks[place] === undefined ? "" : formatMark(locale, marks[place], false));
  return [
    {
      ...lines,
      grid: { show: false },
      size: 26,
      space: MARK_SPACE,
      incrs: STEPS,
      values: (_, places) => places.map(mark),
    },
    {
      ...lines,
      space: FIGURE_SPACE,
      values: (_, figures) => figures.map((figure) => compact.format(figure)),
      // Before there are figures, uPlot asks without them.
      size: (_, figures: string[] | null) => Math.max(24, ...(figures ?? []).map(({ length }) => length * LETTER + 16)),
    },
  ];
}

interface Drawn {
  readonly figure: HTMLElement;
  readonly drawn: Element;
  readonly legend: HTMLElement;
  readonly data: PlotData;
}

class Plot {
  readonly #data: PlotData;
  readonly #legend: HTMLElement;
  readonly #mark = element("strong", "");
  readonly #figures: readonly HTMLElement[];
  readonly #place = element("div", "plot");
  readonly #reset = element("button", "second");
  readonly #plot: uPlot;
  readonly #last: number;
  readonly #ends: readonly [number, number];
  #at: number;

  constructor({ figure, drawn, legend, data }: Drawn) {
    this.#data = data;
    this.#legend = legend;
    this.#last = data.marks.length - 1;
    this.#at = this.#last;
    const rim = data.kind === "bars" || this.#last === 0 ? 0.5 : 0;
    this.#ends = [-rim, this.#last + rim];
    this.#figures = [...legend.children].map((name) => name.appendChild(element("b", "")));
    legend.prepend(this.#mark);
    this.#plot = this.#draw();
    this.#frame(figure, drawn);
    this.#read(this.#last);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#plot.redraw());
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(this.#place);
  }

  #size(): { width: number; height: number } {
    return { width: this.#place.clientWidth, height: this.#place.clientHeight };
  }

  #draw(): uPlot {
    const data = this.#data;
    const values = data.series.map((series) => series.values.map(Number));
    const options: uPlot.Options = {
      ...this.#size(),
      padding: [8, 28, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => this.#within(low, high) },
        y: { range: { min: { pad: 0.05, soft: 0, mode: 1 }, max: { pad: 0.05, soft: 0, mode: 1 } } },
      },
      axes: axesOf(data),
      series: [{}, ...seriesOf(data)],
      cursor: { y: false, drag: { x: true, y: false }, bind: { dblclick: () => () => this.#all() } },
      hooks: {
        setCursor: [({ cursor }) => this.#read(cursor.idx ?? this.#last)],
        setScale: [(plot, scale) => scale === "x" && this.#offer(plot)],
      },
    };
    return new uPlot(options, [data.marks.map((_, place) => place), ...values], this.#place);
  }

  /** Nothing lies beyond the ends, and what is looked at has at least two places. */
  #within(low: number, high: number): [number, number] {
    const [first, last] = this.#ends;
    if (low <= 0 && high >= this.#last) return [first, last];
    const middle = (low + high) / 2;
    const half = Math.max(0.5, (high - low) / 2);
    return [Math.max(first, middle - half), Math.min(last, middle + half)];
  }

  #frame(figure: HTMLElement, drawn: Element): void {
    const { label, words } = this.#data;
    const hint = element("small", "");
    hint.textContent = words.hint;
    hint.id = `plot-${crypto.randomUUID()}`;
    this.#place.tabIndex = 0;
    this.#place.setAttribute("role", "group");
    this.#place.setAttribute("aria-label", label);
    this.#place.setAttribute("aria-describedby", hint.id);
    this.#place.addEventListener("keydown", (event) => this.#press(event));
    this.#reset.type = "button";
    this.#reset.textContent = words.reset;
    this.#reset.addEventListener("click", () => {
      this.#place.focus();
      this.#all();
    });
    const foot = element("p", "plot-foot");
    foot.append(hint, this.#reset);
    drawn.setAttribute("hidden", "");
    drawn.after(this.#place);
    figure.append(foot);
  }

  /** Says the figures of a place in the legend; of the newest one where nobody points. */
  #read(place: number): void {
    const { marks, series, unit } = this.#data;
    this.#at = place;
    this.#mark.textContent = formatMark(locale, marks[place] ?? "");
    for (const [index, figure] of this.#figures.entries())
      figure.textContent = figureOf(series[index]?.values[place], unit);
  }

  #offer({ scales }: uPlot): void {
    const [first, last] = this.#ends;
    this.#reset.hidden = scales["x"]?.min === first && scales["x"].max === last;
  }

  #all(): null {
    this.#show(...this.#ends);
    return null;
  }

  #show(min: number, max: number): void {
    this.#plot.setScale("x", { min, max });
  }

  #zoom(by: number): void {
    const { min = 0, max = this.#last } = this.#plot.scales["x"] ?? {};
    const half = (max - min) / 2 / by;
    this.#show(this.#at - half, this.#at + half);
  }

  #point(place: number): void {
    const at = Math.min(this.#last, Math.max(0, place));
    const [first, last] = [this.#plot.scales["x"]?.min ?? 0, this.#plot.scales["x"]?.max ?? this.#last];
    const by = at < first ? at - first : at > last ? at - last : 0;
    if (by !== 0) this.#show(first + by, last + by);
    // Figures are told aloud to whoever walks by keys, and not while a pointer sweeps over them.
    this.#legend.setAttribute("aria-live", "polite");
    this.#plot.setCursor({ left: this.#plot.valToPos(at, "x"), top: 0 });
    this.#read(at);
  }

  #press(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#point(this.#at - 1),
      ArrowRight: () => this.#point(this.#at + 1),
      Home: () => this.#point(0),
      End: () => this.#point(this.#last),
      "+": () => this.#zoom(CLOSER),
      "=": () => this.#zoom(CLOSER),
      "-": () => this.#zoom(1 / CLOSER),
      "0": () => this.#all(),
      Escape: () => this.#all(),
    };
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  }
}

for (const figure of document.querySelectorAll<HTMLElement>("figure[data-plot]")) {
  const drawn = figure.querySelector("svg");
  const legend = figure.querySelector<HTMLElement>("figcaption");
  const data = JSON.parse(figure.dataset["plot"] ?? "") as PlotData;
  if (drawn && legend && data.marks.length > 0) void new Plot({ figure, drawn, legend, data });
}
// A page has one script, so operators' pages that plot bring their palette along.
offerPalette();

watchPresence();
