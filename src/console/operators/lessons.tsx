import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Markdown } from "#console/frame/markdown.tsx";
import { State } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, OPERATORS } from "./frame.tsx";
import { Files, lessonFileRoute, removeFile } from "./lesson.files.tsx";

/** One lesson: its text beside how it reads, and whether it is published. */
const editing = definePage({
  path: "/admin/lessons/:id",
  section: "admin",
  roles: OPERATORS,
  said: ({ content }) => ({ saved: content.saved, kept: content.kept, notKept: content.notKept }),
  load: async ({ client, param }) => await ask(client.admin.lessons[":id"].$get({ param: { id: param("id") } })),
  title: (_, { title }) => title,
  view: (visit, lesson) => {
    const { content: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="courses" title={lesson.title}>
        <p>
          <a href={`/admin/courses/${lesson.courseId}`}>{operators.sections.courses}</a> <State of={lesson.state} />
        </p>
        {visit.user.role === "admin" ? <Editor visit={visit} lesson={lesson} /> : null}
        <Files visit={visit} lessonId={lesson.id} files={lesson.files} />
        <h2>{words.reads}</h2>
        <article class="card">
          <Markdown text={lesson.body} />
        </article>
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const video = entered(fields, "videoUrl");
      const json = {
        title: entered(fields, "title"),
        minutes: Number(entered(fields, "minutes")),
        free: entered(fields, "free") === "yes",
        body: fields.get("body")?.replaceAll("\r\n", "\n") ?? "",
        videoUrl: video === "" ? null : video,
      };
      await ask(client.admin.lessons[":id"].$patch({ param: { id: param("id") }, json }));
      return { say: "saved" };
    },
    state: async ({ client, param }, fields) => {
      const state = entered(fields, "of") === "published" ? ("published" as const) : ("draft" as const);
      await ask(client.admin.lessons[":id"].$patch({ param: { id: param("id") }, json: { state } }));
      return { say: "saved" };
    },
    removeFile: async (visit, fields) => {
      await removeFile(visit, entered(fields, "of"));
      return { say: "saved" };
    },
    delete: async ({ client, param }) => {
      const given = { param: { id: param("id") } };
      const { courseId } = await ask(client.admin.lessons[":id"].$get(given));
      await ask(client.admin.lessons[":id"].$delete(given));
      return { to: `/admin/courses/${courseId}`, say: "saved" };
    },
  },
});

interface Lesson {
  readonly title: string;
  readonly minutes: number;
  readonly free: boolean;
  readonly body: string;
  readonly videoUrl: string | null;
  readonly state: "draft" | "published";
}

function Editor({ visit, lesson }: { visit: Visit; lesson: Lesson }) {
  const { content: words } = visit.words;
  const [next, label] =
    lesson.state === "draft" ? (["published", words.publish] as const) : (["draft", words.takeBack] as const);
  return (
    <>
      <Form visit={visit} action="save">
        <Field visit={visit} name="title" label={words.title} value={lesson.title} />
        <div class="row">
          <Field
            visit={visit}
            name="minutes"
            label={words.minutes}
            value={String(lesson.minutes)}
            inputmode="numeric"
          />
          <Field
            visit={visit}
            name="free"
            label={words.free}
            value={lesson.free ? "yes" : "no"}
            options={[
              ["yes", words.freeFor.yes],
              ["no", words.freeFor.no],
            ]}
          />
          <Field visit={visit} name="videoUrl" label={words.video} value={lesson.videoUrl ?? ""} required={false} />
        </div>
        <Field visit={visit} name="body" label={words.markdown} value={lesson.body} rows={16} />
        <button type="submit">{words.save}</button>
      </Form>
      <p>
        <ButtonForm visit={visit} action="state" of={next} label={label} />{" "}
        <ButtonForm visit={visit} action="delete" label={words.delete} danger />
      </p>
    </>
  );
}

export const lessonEditingRoutes = [...editing, lessonFileRoute];
