import { z } from "zod";

/** What the sockets of every object have in common: how they end, and how long and of what letters a frame may be. */

/** Longer frames end the connection. */
const MAX_FRAME_BYTES = 16 * 1_024;

export const CLOSE = {
  normal: 1000,
  ticket: 4401,
  notYours: 4403,
  idle: 4408,
  replaced: 4409,
  tooLarge: 4413,
  flooding: 4429,
  restart: 1012,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

const stored = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");

/** A client's message of at most so many characters. */
export function messageFrame(maxContent: number) {
  return z.strictObject({
    type: z.literal("message"),
    /** The client's own; a repeat under the same id is the same message. */
    id: z.string().min(1).max(100).refine(stored),
    content: z
      .string()
      .max(maxContent)
      .refine((text) => text.trim() !== "" && stored(text)),
  });
}

export type Read<Frame> =
  | { readonly state: "frame"; readonly frame: Frame }
  | { readonly state: "invalid" }
  | { readonly state: "too_large" };

/** Reads what came over a socket. Nothing that it holds can throw. */
export function readFrame<Frame>(schema: z.ZodType<Frame>, data: string | ArrayBuffer): Read<Frame> {
  if (sizeOf(data) > MAX_FRAME_BYTES) return { state: "too_large" };
  if (typeof data !== "string") return { state: "invalid" };
  try {
    const frame = schema.safeParse(JSON.parse(data));
    return frame.success ? { state: "frame", frame: frame.data } : { state: "invalid" };
  } catch {
    return { state: "invalid" };
  }
}

function sizeOf(data: string | ArrayBuffer): number {
  if (typeof data !== "string") return data.byteLength;
  if (data.length > MAX_FRAME_BYTES || data.length * 3 <= MAX_FRAME_BYTES) return data.length;
  return new TextEncoder().encode(data).byteLength;
}
