import { ask } from "#console/frame/client.ts";
import { ButtonForm, Field, Form } from "#console/frame/forms.tsx";
import { State, Table } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** The parts of a course, in their order. */

interface Module {
  readonly id: string;
  readonly title: string;
  readonly quizId: string | null;
  readonly lessons: readonly {
    readonly id: string;
    readonly title: string;
    readonly minutes: number;
    readonly free: boolean;
    readonly state: string;
  }[];
}

interface ModuleProps {
  readonly visit: Visit;
  readonly courseId: string;
  readonly module: Module;
}

export function ModuleCard({ visit, courseId, module: { id, title, quizId, lessons } }: ModuleProps) {
  const { content: words } = visit.words;
  const mayWrite = visit.user.role === "admin";
  return (
    <section class="card">
      <h3>{title}</h3>
      <Table
        caption={title}
        empty={words.noLessons}
        rows={lessons}
        columns={[
          { head: words.title, cell: (lesson) => <a href={`/admin/lessons/${lesson.id}`}>{lesson.title}</a> },
          { head: words.minutes, number: true, cell: ({ minutes }) => minutes },
          { head: words.free, cell: ({ free }) => (free ? words.freeFor.yes : words.freeFor.no) },
          { head: words.state, cell: ({ state }) => <State of={state} /> },
          { head: "", cell: (lesson) => (mayWrite ? <Moves visit={visit} {...lesson} /> : null) },
        ]}
      />
      {mayWrite ? (
        <>
          <p>
            <a href={`/admin/courses/${courseId}/modules/${id}/quiz`}>
              {quizId === null ? words.addQuiz : words.editQuiz}
            </a>
          </p>
          <Form visit={visit} action="lesson" of={id} class="row">
            <Field visit={visit} of={id} name="title" label={words.title} />
            <Field visit={visit} of={id} name="minutes" label={words.minutes} value="5" inputmode="numeric" />
            <button type="submit">{words.addLesson}</button>
          </Form>
          <Form visit={visit} action="rename" of={id} class="row">
            <Field visit={visit} of={id} name="renamed" also={["title"]} label={words.moduleTitle} value={title} />
            <button type="submit" class="second">
              {words.rename}
            </button>
          </Form>
          <Moves visit={visit} id={id} title={title} />{" "}
          <ButtonForm visit={visit} action="deleteModule" of={id} label={words.delete} danger />
        </>
      ) : quizId === null ? null : (
        <p>{words.hasQuiz}</p>
      )}
    </section>
  );
}

/** Moves a part one place up or down. */
function Moves({ visit, id, title }: { visit: Visit; id: string; title: string }) {
  const { content: words } = visit.words;
  return (
    <Form visit={visit} action="move" of={id} class="inline">
      <button type="submit" name="way" value="up" class="second" aria-label={words.moveUp(title)}>
        ↑
      </button>{" "}
      <button type="submit" name="way" value="down" class="second" aria-label={words.moveDown(title)}>
        ↓
      </button>
    </Form>
  );
}

/** Puts a module, or a lesson within its module, one place up or down. */
export async function movePart({ client, param }: Visit, id: string, way: string): Promise<void> {
  const { ":id": course } = client.admin.courses;
  const given = { param: { id: param("id") } };
  const { modules } = await ask(course.$get(given));
  const steps = way === "up" ? -1 : 1;
  const parts = modules.map((part) => ({
    id: part.id,
    lessons: moved(
      part.lessons.map((lesson) => lesson.id),
      id,
      steps,
    ),
  }));
  const order = moved(
    parts.map((part) => part.id),
    id,
    steps,
  );
  const ordered = order.flatMap((name) => parts.filter((part) => part.id === name));
  await ask(course.order.$put({ ...given, json: { modules: ordered } }));
}

/** A list with one of its names a place further on; at its end, or without the name, it stays as it is. */
function moved(names: readonly string[], name: string, steps: number): string[] {
  const from = names.indexOf(name);
  const to = from + steps;
  if (from < 0 || to < 0 || to >= names.length) return [...names];
  const without = names.filter((other) => other !== name);
  return [...without.slice(0, to), name, ...without.slice(to)];
}
