export type { Column } from "./compile.ts";
export { compileColumn, compileCondition, compileOutputs } from "./compile.ts";
export type { Universe } from "./columns.ts";
export { createColumnEvaluator } from "./columns.ts";
export type { Condition, TextField } from "./expression.ts";
export type { Fault } from "./fault.ts";
export { FIELDS } from "./fields.ts";
export { FUNCTIONS } from "./functions.ts";
export { createSeriesEvaluator } from "./series.ts";
