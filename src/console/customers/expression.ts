/** Expressions of the scanner as pages show them; this stands in pages and in their scripts. */

export interface ExpressionFault {
  readonly title: string;
  readonly detail?: string;
  readonly line?: number;
  readonly column?: number;
  readonly errors?: readonly { readonly message: string }[];
}

/** What is wrong with an expression: its line, a mark under the column, and the reason. */
export function describeFault(
  expression: string,
  { title, detail, line, column, errors = [] }: ExpressionFault,
): string {
  const reasons = errors.map(({ message }) => message);
  const reason = reasons.length === 0 ? (detail ?? title) : reasons.join("\n");
  if (line === undefined || column === undefined) return reason;
  const text = expression.split("\n")[line - 1] ?? "";
  return `${text}\n${" ".repeat(column - 1)}^\n${reason}`;
}

const MAX_PLOTS = 5;

/** The calls of an expression that can be drawn as lines: of these names, with whatever stands in their brackets. */
export function plotsIn(expression: string, names: ReadonlySet<string>): string[] {
  const plots = new Set<string>();
  const call = /[a-z_][a-z0-9_]*\(/gi;
  for (let found = call.exec(expression); found; found = call.exec(expression)) {
    if (!names.has(found[0].slice(0, -1).toLowerCase())) continue;
    const end = closingAt(expression, call.lastIndex);
    if (end === null) break;
    plots.add(expression.slice(found.index, end));
    call.lastIndex = end;
  }
  return [...plots].slice(0, MAX_PLOTS);
}

/** The place after the bracket that closes the one before `from`. */
function closingAt(text: string, from: number): number | null {
  let depth = 1;
  for (let place = from; place < text.length; place += 1) {
    if (text[place] === "(") depth += 1;
    if (text[place] === ")") depth -= 1;
    if (depth === 0) return place + 1;
  }
  return null;
}
