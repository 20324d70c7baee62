import type { Child } from "hono/jsx";
import type { Place } from "#console/frame/sections.ts";
import type { Visit } from "#console/frame/visit.ts";

export { ADMINS, OPERATORS } from "#console/frame/sections.ts";

interface DeskProps {
  readonly visit: Visit;
  readonly place: Place;
  /** What one thing of the place is called; the place's own name, if left out. */
  readonly title?: string;
  readonly children?: Child;
}

/** An operator's page: its name, and the way to everywhere else. */
export function Desk({ visit, place, title, children }: DeskProps) {
  const { operators } = visit.words;
  return (
    <>
      <button type="button" class="second" hidden data-palette={operators.goTo} data-search={operators.findPerson}>
        {operators.goTo} <kbd>Ctrl K</kbd>
      </button>
      <h1>{title ?? operators.sections[place]}</h1>
      {children}
    </>
  );
}

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly options?: readonly (readonly [value: string, label: string])[];
}

/** What a table shows, chosen in the address, so that it can be kept and sent on. */
export function Filters({ visit, filters }: { visit: Visit; filters: readonly Filter[] }) {
  return (
    <form method="get" class="row">
      {filters.map(({ name, label, type = "text", options }) => {
        const value = visit.query.get(name) ?? "";
        return (
          <div>
            <label for={`filter-${name}`}>{label}</label>
            {options ? (
              <select id={`filter-${name}`} name={name}>
                {options.map(([option, text]) => (
                  <option value={option} selected={option === value}>
                    {text}
                  </option>
                ))}
              </select>
            ) : (
              <input id={`filter-${name}`} name={name} type={type} value={value} />
            )}
          </div>
        );
      })}
      <button type="submit">{visit.words.operators.filter}</button>
    </form>
  );
}

/** The filters that the address gives, as the API takes them. */
export function filtersOf({ query }: Visit, names: readonly string[]): Record<string, string> {
  const given = [...names, "cursor"].flatMap((name) => {
    const value = query.get(name)?.trim() ?? "";
    return value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** A choice of states, and all of them. */
export function statesOf(visit: Visit, states: readonly string[]): (readonly [string, string])[] {
  const named = states.map((state) => [state, state.replaceAll("_", " ")] as const);
  return [["", visit.words.operators.all], ...named];
}

interface FactProps {
  readonly label: string;
  readonly children?: Child;
}

/** One line of a list of facts. */
export function Fact({ label, children }: FactProps) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** How long something has waited, in the reader's words. */
export function ageOf({ locale }: Visit, seconds: number): string {
  const [value, unit] =
    seconds >= 172_800
      ? ([Math.floor(seconds / 86_400), "day"] as const)
      : seconds >= 7_200
        ? ([Math.floor(seconds / 3_600), "hour"] as const)
        : ([Math.floor(seconds / 60), "minute"] as const);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
}
