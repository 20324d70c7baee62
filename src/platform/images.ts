import type { Ctx } from "./ctx.ts";

/**
 * Pictures in bounded sizes, by the platform's image binding where it is on. Each size is made once, when it is first asked
 * for, and kept beside its original; without the binding the original serves for all of them.
 */

const WIDTHS = [64, 128, 256, 512, 1024, 1600] as const;

export type ImageWidth = (typeof WIDTHS)[number];

/** The least size that is as wide as was asked for, so that few are ever made; the largest for what is wider. */
export function widthFor(pixels: number): ImageWidth {
  return WIDTHS.find((width) => width >= pixels) ?? 1600;
}

export const RESIZED_TYPE = "image/webp";

/** As many as the bucket deletes in one call. */
const DELETED_AT_ONCE = 1_000;

function resizedKey(key: string, width: ImageWidth): string {
  return `${key}.w${width}`;
}

/** A kept picture at most so many pixels wide, as a WebP; null where the original has to do. */
export async function findResized(ctx: Ctx, key: string, width: ImageWidth): Promise<R2Object | null> {
  const { FILES, IMAGES } = ctx.env;
  if (!IMAGES) return null;
  const known = await FILES.head(resizedKey(key, width));
  if (known) return known;
  const original = await FILES.get(key);
  if (!original) return null;
  const bytes = await resize(ctx, IMAGES, { original, width });
  return bytes && (await keep(ctx, { key, width, bytes }));
}

interface Wanted {
  readonly original: R2ObjectBody;
  readonly width: ImageWidth;
}

async function resize(ctx: Ctx, images: ImagesBinding, { original, width }: Wanted): Promise<ArrayBuffer | null> {
  try {
    const made = await images
      .input(original.body as ReadableStream<Uint8Array>)
      .transform({ width, fit: "scale-down" })
      .output({ format: RESIZED_TYPE, anim: false });
    return await made.response().arrayBuffer();
  } catch (error) {
    ctx.log.warn("A picture could not be resized; the original serves.", { target: original.key, error });
    return null;
  }
}

interface Made {
  readonly key: string;
  readonly width: ImageWidth;
  readonly bytes: ArrayBuffer;
}

/** Keeps a size. One whose original was deleted while it was made does not outlive it. */
async function keep(ctx: Ctx, { key, width, bytes }: Made): Promise<R2Object | null> {
  const { FILES } = ctx.env;
  const object = await FILES.put(resizedKey(key, width), bytes, { httpMetadata: { contentType: RESIZED_TYPE } });
  if (await FILES.head(key)) return object;
  await FILES.delete(object.key);
  return null;
}

/** Deletes files with every size that was made of them. */
export async function deleteWithSizes(ctx: Ctx, keys: readonly string[]): Promise<void> {
  const all = keys.flatMap((key) => [key, ...WIDTHS.map((width) => resizedKey(key, width))]);
  for (let at = 0; at < all.length; at += DELETED_AT_ONCE)
    await ctx.env.FILES.delete(all.slice(at, at + DELETED_AT_ONCE));
}
