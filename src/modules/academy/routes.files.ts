import { z } from "@hono/zod-openapi";
import { readBytes } from "#platform/http/body";
import { idParam, jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { fileAnswer, fileQuery } from "./schemas.editing.ts";
import { addFile } from "./service.files.ts";

const LIMIT_BYTES = 25 * 1024 * 1024;
const write = { access: operators("admin"), limit: "write", idempotency: "none" } as const;
const tag = { tags: ["Administration"] as [string] };
const binary = { schema: z.string().openapi({ format: "binary" }) };

const addLessonFile = defineRoute(
  { operation: "addLessonFile", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/lessons/{id}/files",
    summary: "Add a file to a lesson",
    description:
      "The bytes themselves, up to 25 MiB: a PDF or picture as an attachment, an MP4 as the video. What counts is what the bytes are.",
    request: {
      params: z.object({ id: idParam("lesson") }),
      query: fileQuery,
      body: {
        required: true,
        content: {
          "application/pdf": binary,
          "image/png": binary,
          "image/jpeg": binary,
          "image/webp": binary,
          "video/mp4": binary,
        },
      },
    },
    responses: { 201: jsonAnswer("The file.", fileAnswer) },
  },
  async (c) => {
    const { kind, name } = c.req.valid("query");
    const bytes = await readBytes(c.req.raw, LIMIT_BYTES);
    const row = await addFile(c.get("ctx"), { lessonId: c.req.valid("param").id, kind, name, bytes });
    const { id, contentType } = row;
    return c.json({ id, kind: row.kind, name: row.name, contentType, bytes: row.bytes }, 201);
  },
);

export const fileRoutes = [addLessonFile] as const;
