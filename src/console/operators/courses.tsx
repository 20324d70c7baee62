import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ModuleCard, movePart } from "./course.modules.tsx";
import { Desk, OPERATORS } from "./frame.tsx";

/** All courses, drafts too. */
const list = definePage({
  path: "/admin/courses",
  section: "admin",
  roles: OPERATORS,
  said: ({ content }) => ({ saved: content.saved }),
  load: async ({ client }) => (await ask(client.admin.courses.$get())).data,
  title: ({ operators }) => operators.sections.courses,
  view: (visit, courses) => {
    const { content: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="courses">
        <Table
          caption={operators.sections.courses}
          empty={operators.nothing}
          rows={courses}
          columns={[
            { head: words.title, cell: ({ id, title }) => <a href={`/admin/courses/${id}`}>{title}</a> },
            { head: words.state, cell: ({ state }) => <State of={state} /> },
            { head: words.lessons, number: true, cell: ({ lessonCount }) => lessonCount },
            { head: words.order, number: true, cell: ({ position }) => position },
          ]}
        />
        {visit.user.role === "admin" ? (
          <>
            <h2>{words.begin}</h2>
            <Form visit={visit} action="begin">
              <Field visit={visit} name="title" label={words.title} />
              <Field visit={visit} name="slug" label={words.slug} />
              <Field visit={visit} name="summary" label={words.summary} rows={2} />
              <button type="submit">{words.begin}</button>
            </Form>
          </>
        ) : null}
      </Desk>
    );
  },
  actions: {
    begin: async ({ client }, fields) => {
      const json = {
        title: entered(fields, "title"),
        slug: entered(fields, "slug"),
        summary: entered(fields, "summary"),
      };
      const { id } = await ask(client.admin.courses.$post({ json }));
      return { to: `/admin/courses/${id}`, say: "saved" };
    },
  },
});

/** One course: what it is called, whether it is published, its modules and lessons. */
const one = definePage({
  path: "/admin/courses/:id",
  section: "admin",
  roles: OPERATORS,
  said: ({ content }) => ({ saved: content.saved }),
  load: async ({ client, param }) => await ask(client.admin.courses[":id"].$get({ param: { id: param("id") } })),
  title: (_, { title }) => title,
  view: (visit, course) => {
    const { content: words } = visit.words;
    const mayWrite = visit.user.role === "admin";
    return (
      <Desk visit={visit} place="courses" title={course.title}>
        <p>
          <State of={course.state} /> <a href={`/app/academy/${course.slug}`}>/app/academy/{course.slug}</a>
        </p>
        {mayWrite ? <Details visit={visit} course={course} /> : null}
        <h2>{words.modules}</h2>
        {course.modules.map((module) => (
          <ModuleCard visit={visit} courseId={course.id} module={module} />
        ))}
        {mayWrite ? (
          <Form visit={visit} action="module" class="row">
            <Field visit={visit} of="" name="title" label={words.title} />
            <button type="submit">{words.addModule}</button>
          </Form>
        ) : null}
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const json = {
        title: entered(fields, "title"),
        slug: entered(fields, "slug"),
        summary: entered(fields, "summary"),
        position: Number(entered(fields, "position")),
      };
      await ask(client.admin.courses[":id"].$patch({ param: { id: param("id") }, json }));
      return { say: "saved" };
    },
    state: async ({ client, param }, fields) => {
      const state = entered(fields, "of") === "published" ? ("published" as const) : ("draft" as const);
      await ask(client.admin.courses[":id"].$patch({ param: { id: param("id") }, json: { state } }));
      return { say: "saved" };
    },
    delete: async ({ client, param }) => {
      await ask(client.admin.courses[":id"].$delete({ param: { id: param("id") } }));
      return { to: "/admin/courses", say: "saved" };
    },
    module: async ({ client, param }, fields) => {
      const json = { title: entered(fields, "title") };
      await ask(client.admin.courses[":id"].modules.$post({ param: { id: param("id") }, json }));
      return { say: "saved" };
    },
    deleteModule: async ({ client }, fields) => {
      await ask(client.admin.modules[":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "saved" };
    },
    rename: async ({ client }, fields) => {
      const json = { title: entered(fields, "renamed") };
      await ask(client.admin.modules[":id"].$patch({ param: { id: entered(fields, "of") }, json }));
      return { say: "saved" };
    },
    move: async (visit, fields) => {
      await movePart(visit, entered(fields, "of"), entered(fields, "way"));
      return { say: "saved" };
    },
    lesson: async ({ client }, fields) => {
      const json = {
        title: entered(fields, "title"),
        minutes: Number(entered(fields, "minutes")),
        free: false,
        body: "",
      };
      const param = { id: entered(fields, "of") };
      const { id } = await ask(
        client.admin.modules[":id"].lessons.$post({ param, json: { ...json, body: `# ${json.title}` } }),
      );
      return { to: `/admin/lessons/${id}`, say: "saved" };
    },
  },
});

interface Course {
  readonly title: string;
  readonly slug: string;
  readonly summary: string;
  readonly position: number;
  readonly state: "draft" | "published";
}

function Details({ visit, course }: { visit: Visit; course: Course }) {
  const { content: words } = visit.words;
  const [next, label] =
    course.state === "draft" ? (["published", words.publish] as const) : (["draft", words.takeBack] as const);
  return (
    <>
      <Form visit={visit} action="save" of="course">
        <Field visit={visit} of="course" name="title" label={words.title} value={course.title} />
        <Field visit={visit} of="course" name="slug" label={words.slug} value={course.slug} />
        <Field visit={visit} of="course" name="summary" label={words.summary} value={course.summary} rows={2} />
        <Field
          visit={visit}
          of="course"
          name="position"
          label={words.order}
          value={String(course.position)}
          inputmode="numeric"
        />
        <button type="submit">{words.save}</button>
      </Form>
      <p>
        <ButtonForm visit={visit} action="state" of={next} label={label} />{" "}
        {course.state === "draft" ? <ButtonForm visit={visit} action="delete" label={words.delete} danger /> : null}
      </p>
    </>
  );
}

export const courseRoutes = [...list, ...one];
