import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import { randomToken } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import type { ImageWidth } from "#platform/images";
import { deleteWithSizes, findResized, RESIZED_TYPE } from "#platform/images";
import type { UploadType } from "#platform/uploads";
import { cleanFileName, inspectUpload } from "#platform/uploads";
import { problems } from "./errors.ts";
import type { FileRow } from "./repository.courses.ts";
import { findFile } from "./repository.courses.ts";
import * as repository from "./repository.editing.ts";
import { findLinkedFile } from "./service.courses.ts";
import { getLesson } from "./service.editing.ts";

const ALLOWED: Readonly<Record<FileRow["kind"], readonly UploadType[]>> = {
  attachment: ["application/pdf", "image/png", "image/jpeg", "image/webp"],
  video: ["video/mp4"],
};

export interface AddFile {
  readonly lessonId: Id<"lesson">;
  readonly kind: FileRow["kind"];
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Keeps a file of a lesson: the bytes first, then the row that names them. */
export async function addFile(ctx: Ctx, { lessonId, kind, name, bytes }: AddFile): Promise<FileRow> {
  const { course } = await getLesson(ctx, lessonId);
  const upload = inspectUpload(bytes, ALLOWED[kind]);
  if (!upload.ok) {
    const detail = `Send one of ${ALLOWED[kind].join(", ")}; what counts is what the bytes are (${upload.error}).`;
    throw http.unsupportedMediaType({ detail });
  }
  const row: FileRow = {
    id: ctx.newId("file"),
    lessonId,
    kind,
    name: cleanFileName(name, upload.type),
    contentType: upload.type,
    bytes: bytes.byteLength,
    key: `lessons/${lessonId}/${randomToken(12)}`,
    createdAt: ctx.now(),
  };
  await ctx.env.FILES.put(row.key, bytes, { httpMetadata: { contentType: upload.type } });
  const after = { lessonId, fileId: row.id, name: row.name };
  await commit(ctx, [repository.insertFile(ctx, row)], {
    audit: { action: "course.fileAdded", target: course.id, after },
  });
  return row;
}

export async function deleteFile(ctx: Ctx, id: Id<"file">): Promise<void> {
  const row = await findFile(ctx, id);
  if (!row) throw problems.fileNotFound();
  const { course } = await getLesson(ctx, row.lessonId);
  const before = { lessonId: row.lessonId, fileId: id, name: row.name };
  await commit(ctx, [repository.deleteFile(ctx, id)], {
    audit: { action: "course.fileDeleted", target: course.id, before },
  });
  ctx.defer(deleteWithSizes(ctx, [row.key]));
}

/** The file that a signed link stands for; a picture in the size that is asked for, where it can be had. */
export async function getLinkedFile(ctx: Ctx, token: string, width?: ImageWidth): Promise<LinkedFile> {
  const row = await findLinkedFile(ctx, token);
  if (width === undefined || !row.contentType.startsWith("image/")) return row;
  const resized = await findResized(ctx, row.key, width);
  if (!resized) return row;
  const name = cleanFileName(row.name, RESIZED_TYPE);
  return { key: resized.key, contentType: RESIZED_TYPE, name, bytes: resized.size };
}

type LinkedFile = Pick<FileRow, "key" | "contentType" | "name" | "bytes">;
