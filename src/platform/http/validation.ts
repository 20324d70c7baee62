import type { z } from "zod";
import type { FieldError, Problem } from "#kernel/problem";
import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";

const MAX_ERRORS = 20;

/** The 422 of a request that does not fit its schema. A rule's own code comes from the `code` in its `params`. */
export function toValidationProblem(error: z.core.$ZodError, target: string): Problem {
  const errors = error.issues.slice(0, MAX_ERRORS).flatMap((issue) => toFieldErrors(issue, target));
  const own = error.issues.find((issue) => ownCode(issue) !== null);
  return http.validationFailed({
    detail: errors
      .map(({ path, message }) => `${path === "" ? "The body" : path}: ${message}`)
      .join(" ")
      .slice(0, 500),
    errors,
    ...(own ? { code: ownCode(own) ?? "validation_failed" } : {}),
  });
}

function toFieldErrors(issue: z.core.$ZodIssue, target: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
      path: [...path, key.slice(0, 64)].join("."),
      code: "unknown_field",
      message: "This field is not known here; check its spelling.",
    }));
  }
  return [
    {
      path: path.join(".") || (target === "json" ? "" : target),
      code: ownCode(issue) ?? issue.code,
      message: issue.message,
    },
  ];
}

function ownCode(issue: z.core.$ZodIssue): string | null {
  const code: unknown = issue.code === "custom" ? issue.params?.["code"] : null;
  return typeof code === "string" ? code : null;
}

/** The hook of every validator: lets good input pass and throws for the rest. A path that fits no id leads nowhere. */
export function validationHook(
  result: { target: string } & ({ success: true } | { success: false; error: z.core.$ZodError }),
  _c: HttpContext,
): void {
  if (result.success) return;
  throw result.target === "param" ? http.notFound() : toValidationProblem(result.error, result.target);
}
