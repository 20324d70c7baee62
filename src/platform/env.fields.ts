import { z } from "zod";

/** Kinds of settings that several areas have. What is left out, or empty, is null. */

export const text = z
  .string()
  .optional()
  .transform((value) => value || null);

/** Without a slash at its end. */
export const address = z
  .union([z.literal(""), z.url({ protocol: /^https?$/ })])
  .optional()
  .transform((value) => (value ? value.replace(/\/+$/, "") : null));

/** Words with commas between them; none where it is left out. */
export const list = z
  .string()
  .default("")
  .transform((words) =>
    words
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  );
