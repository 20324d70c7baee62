import type { Fault } from "#modules/language";
import { compileColumn, compileCondition, compileOutputs } from "#modules/language";
import { problems } from "./errors.ts";

/** The normal form of a condition; a fault becomes a problem that says where and what was expected. */
export function normalFormOf(expression: string): string {
  const compiled = compileCondition(expression);
  if (!compiled.ok) throw toProblem(compiled.fault, "expression");
  return compiled.result.key;
}

export function checkColumn(text: string, path: string): void {
  const compiled = compileColumn(text);
  if (!compiled.ok) throw toProblem(compiled.fault, path);
}

export function checkOutputs(text: string, path: string): void {
  const compiled = compileOutputs(text);
  if (!compiled.ok) throw toProblem(compiled.fault, path);
}

function toProblem(fault: Fault, path: string): Error {
  const { code, message, line, column, expected, suggestion } = fault;
  const wanted = expected.length === 0 ? "" : ` Expected: ${expected.join(", ")}.`;
  return problems.expressionInvalid({
    detail: `Line ${line}, column ${column}: ${message}${wanted}`,
    code: `expression_${code}`,
    errors: [{ path, code, message }],
    extra: { line, column, expected, suggestion },
  });
}
