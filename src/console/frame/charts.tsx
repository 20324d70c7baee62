import type { Child } from "hono/jsx";
import { formatMark } from "./figures.ts";
import type { PlotData, Series } from "./plot.ts";
import type { Visit } from "./visit.ts";

/** Charts drawn on the server: they stand in a page without script, and the island `plot` makes them live where there is one. */

interface ChartProps extends Pick<PlotData, "label" | "marks" | "series"> {
  readonly visit: Visit;
  readonly unit?: string;
}

const WIDTH = 960;
const HEIGHT = 240;
const FOOT = 22;
const MARKS = 6;

/** Several series over the same marks, each as a line. */
export function LineChart(props: ChartProps) {
  const { marks, series, visit } = props;
  const scale = scaleOf(series);
  const step = WIDTH / Math.max(1, marks.length - 1);
  return (
    <Figure {...props} kind="lines">
      <Frame marks={marks} scale={scale} locale={visit.locale} at={(index) => index * step} />
      {series.map(({ values }, index) => (
        <polyline
          class={`s${index}`}
          points={values.map((value, place) => `${round(place * step)},${scale.y(Number(value))}`).join(" ")}
        />
      ))}
    </Figure>
  );
}

/** Several series over the same marks, each as bars that stand beside the others'. */
export function BarChart(props: ChartProps) {
  const { marks, series, visit } = props;
  const scale = scaleOf(series);
  const step = WIDTH / Math.max(1, marks.length);
  const width = (step * 0.8) / Math.max(1, series.length);
  const left = (place: number, index: number): number => round(place * step + step * 0.1 + index * width);
  return (
    <Figure {...props} kind="bars">
      <Frame marks={marks} scale={scale} locale={visit.locale} at={(index) => (index + 0.1) * step} />
      {series.map(({ values }, index) =>
        values.map((value, place) => (
          <rect
            class={`s${index}`}
            x={left(place, index)}
            width={round(width)}
            y={Math.min(scale.y(Number(value)), scale.y(0))}
            height={Math.max(1, round(Math.abs(scale.y(Number(value)) - scale.y(0))))}
          />
        )),
      )}
    </Figure>
  );
}

interface FigureProps extends ChartProps {
  readonly kind: PlotData["kind"];
  readonly children?: Child;
}

function Figure({ visit, kind, label, marks, series, unit = "", children }: FigureProps) {
  const plot: PlotData = { kind, label, marks, series, unit, words: visit.words.frame.plot };
  return (
    <figure class="card" data-plot={JSON.stringify(plot)}>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {children}
      </svg>
      <figcaption class="legend">
        {series.map(({ name }, index) => (
          <span class={`s${index}`}>{name}</span>
        ))}
      </figcaption>
    </figure>
  );
}

interface Scale {
  readonly highest: number;
  readonly lowest: number;
  readonly y: (value: number) => number;
}

/** From the lowest to the highest value; nothing is always on it, so that heights can be compared. */
function scaleOf(series: readonly Series[]): Scale {
  const values = series.flatMap((one) => one.values.map(Number));
  const highest = Math.max(0, ...values);
  const lowest = Math.min(0, ...values);
  const spread = highest - lowest || 1;
  return { highest, lowest, y: (value) => round(((highest - value) / spread) * (HEIGHT - FOOT - 4) + 2) };
}

interface FrameProps {
  readonly marks: readonly string[];
  readonly scale: Scale;
  readonly locale: string;
  readonly at: (index: number) => number;
}

function Frame({ marks, scale, locale, at }: FrameProps) {
  const every = Math.max(1, Math.ceil(marks.length / MARKS));
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  return (
    <>
      <line class="rule" x1={0} x2={WIDTH} y1={scale.y(0)} y2={scale.y(0)} />
      <text x={4} y={14}>
        {compact.format(scale.highest)}
      </text>
      {scale.lowest < 0 ? (
        <text x={4} y={HEIGHT - FOOT - 6}>
          {compact.format(scale.lowest)}
        </text>
      ) : null}
      {marks.map((mark, index) =>
        index % every === 0 ? (
          <text x={round(at(index))} y={HEIGHT - 6}>
            {formatMark(locale, mark, false)}
          </text>
        ) : null,
      )}
    </>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
