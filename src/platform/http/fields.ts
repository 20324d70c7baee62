import { z } from "@hono/zod-openapi";
import type { Id, IdPrefix } from "#kernel/ids";
import { isId } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, decodeCursor } from "#kernel/page";
import { http } from "./problems.ts";

/** The building blocks of wire shapes. */

/** A text of 1 to `max` code points that storage gives back as it was: no NUL, no half of a surrogate pair. */
export function textField(max: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(max * 2)
    .refine((text) => text.trim() !== "", { params: { code: "blank" }, error: "This must not be blank." })
    .refine((text) => codePoints(text) <= max, { params: { code: "too_long" }, error: `At most ${max} characters.` })
    .refine((text) => text.isWellFormed() && !text.includes("\u0000"), {
      params: { code: "text_invalid" },
      error: "This holds characters that cannot be stored.",
    });
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The id in a path. One that is malformed names nothing, so it is answered like one that is absent. */
export function idParam<P extends IdPrefix>(prefix: P, name = "id"): z.ZodType<Id<P>, string> {
  return z
    .string()
    .openapi({
      param: { name, in: "path" },
      description: `An id that begins with \`${prefix}_\`.`,
      example: `${prefix}_01k0gq2v9eft6tmd4y6n3k9b2x`,
    })
    .refine((text): text is Id<P> => isId(prefix, text));
}

export const timestamp = z.string().openapi({ format: "date-time", example: "2026-11-20T08:30:00.000Z" });

/** The query of every list. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_LIMIT_MAX)
    .default(PAGE_LIMIT_DEFAULT)
    .openapi({ description: "How many rows at most.", example: 25 }),
  cursor: z
    .string()
    .max(512)
    .optional()
    .openapi({ description: "The `nextCursor` of the page before.", example: "dGt0XzAxazBncTJ2OQ" }),
};

/** Reads the page that a list is asked for; a cursor of another list is refused by `isPosition`. */
export function toPageRequest(
  query: { limit: number; cursor?: string | undefined },
  isPosition: (position: string) => boolean,
): PageRequest {
  if (query.cursor === undefined) return { limit: query.limit, after: null };
  const after = decodeCursor(query.cursor);
  if (after === null || !isPosition(after))
    throw http.cursorInvalid({ detail: "Pass the `nextCursor` of the page before, or leave it out." });
  return { limit: query.limit, after };
}

/** A page of a list on the wire. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ data: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** A page as it goes out: each row as its route shows it. */
export function presentPage<Row, Shown>(
  page: Page<Row>,
  present: (row: Row) => Shown,
): { data: Shown[]; nextCursor: string | null } {
  return { data: page.data.map((row) => present(row)), nextCursor: page.nextCursor };
}

/** A type and not an interface: only a type fits where any media type may stand. */
type Json<S extends z.ZodType> = { "application/json": { schema: S } };

/** A body of JSON that must be there, for a route's description. */
export function jsonBody<S extends z.ZodType>(schema: S): { required: true; content: Json<S> } {
  return { required: true, content: { "application/json": { schema } } };
}

/** A body of JSON that may be left out, which says the same as an empty object. */
export function optionalBody<S extends z.ZodType>(schema: S): { required: false; content: Json<S> } {
  return { required: false, content: { "application/json": { schema } } };
}

/** An answer of JSON, for a route's description. */
export function jsonAnswer<S extends z.ZodType>(
  description: string,
  schema: S,
): { description: string; content: Json<S> } {
  return { description, content: { "application/json": { schema } } };
}
