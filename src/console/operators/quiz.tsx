import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, enteredNumber, Field, Form } from "#console/frame/forms.tsx";
import { enteredRows, Rows } from "#console/frame/rows.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk } from "./frame.tsx";

const KINDS = ["single", "multiple", "number"] as const;
type Kind = (typeof KINDS)[number];
const STAR = "*";

type Question = { readonly prompt: string; readonly explanation: string } & (
  | { readonly kind: "single"; readonly options: readonly string[]; readonly answer: number }
  | { readonly kind: "multiple"; readonly options: readonly string[]; readonly answers: readonly number[] }
  | { readonly kind: "number"; readonly answer: string; readonly tolerance: string }
);

interface Quiz {
  readonly title: string;
  readonly passPercent: number;
  readonly tries: number;
  readonly questions: readonly Question[];
}

/** A module's quiz: its questions, what is right, and when it is passed. */
export const quizRoutes = definePage({
  path: "/admin/courses/:id/modules/:module/quiz",
  section: "admin",
  roles: ADMINS,
  said: ({ content }) => ({ saved: content.saved }),
  load: async ({ client: { admin }, param }) => {
    const course = await ask(admin.courses[":id"].$get({ param: { id: param("id") } }));
    const module = course.modules.find(({ id }) => id === param("module"));
    const known = module !== undefined && module.quizId !== null;
    const quiz = known ? await ask(admin.modules[":id"].quiz.$get({ param: { id: module.id } })) : null;
    return { course, module: module ?? null, quiz };
  },
  title: ({ content }) => content.quiz,
  view: (visit, { course, module, quiz }) => {
    const { content: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="courses" title={words.quiz}>
        <p>
          <a href={`/admin/courses/${course.id}`}>{course.title}</a> {module?.title ?? ""}
        </p>
        {module === null ? <p class="empty">{operators.nothing}</p> : <Editor visit={visit} quiz={quiz} />}
        {quiz === null ? null : <ButtonForm visit={visit} action="delete" label={words.deleteQuiz} danger />}
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const rows = enteredRows(fields, "questions", [
        "prompt",
        "kind",
        "options",
        "number",
        "tolerance",
        "explanation",
      ]);
      const json = {
        title: entered(fields, "title"),
        passPercent: enteredNumber(fields, "passPercent"),
        tries: enteredNumber(fields, "tries"),
        questions: rows.map(questionOf),
      };
      await ask(client.admin.modules[":id"].quiz.$put({ param: { id: param("module") }, json }));
      return { say: "saved" };
    },
    delete: async ({ client, param }) => {
      await ask(client.admin.modules[":id"].quiz.$delete({ param: { id: param("module") } }));
      return { to: `/admin/courses/${param("id")}`, say: "saved" };
    },
  },
});

/** What is right stands among the options, or in a field of its own. */
const ofOptions = (of: (name: string) => string): string[] => (of("kind") === "number" ? [] : ["answer", "answers"]);
const ofNumber = (of: (name: string) => string): string[] => (of("kind") === "number" ? ["answer"] : []);

type Row = Readonly<Record<"prompt" | "kind" | "options" | "number" | "tolerance" | "explanation", string>>;

function questionOf({ prompt, kind, options, number, tolerance, explanation }: Row) {
  const asked = { prompt, explanation };
  if (kind === "number") return { ...asked, kind: "number" as const, answer: number, tolerance };
  const lines = options.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const right = lines.flatMap((line, place) => (line.startsWith(STAR) ? [place] : []));
  const offered = { ...asked, options: lines.map((line) => (line.startsWith(STAR) ? line.slice(1).trim() : line)) };
  if (kind === "multiple") return { ...offered, kind: "multiple" as const, answers: right };
  return { ...offered, kind: "single" as const, answer: right.length === 1 ? (right[0] ?? Number.NaN) : Number.NaN };
}

/** A question as it stands in its row. */
function rowOf(question: Question): Row {
  const { prompt, explanation, kind } = question;
  if (kind === "number") {
    return { prompt, explanation, kind, options: "", number: question.answer, tolerance: question.tolerance };
  }
  const right = new Set(kind === "single" ? [question.answer] : question.answers);
  const options = question.options.map((option, place) => (right.has(place) ? `${STAR} ${option}` : option)).join("\n");
  return { prompt, explanation, kind, options, number: "", tolerance: "" };
}

function Editor({ visit, quiz }: { visit: Visit; quiz: Quiz | null }) {
  const { content: words } = visit.words;
  const kinds: readonly (readonly [Kind, string])[] = KINDS.map((kind) => [kind, words.kinds[kind]]);
  return (
    <Form visit={visit} action="save">
      <div class="row">
        <Field visit={visit} name="title" label={words.title} value={quiz?.title ?? ""} />
        <Field
          visit={visit}
          name="passPercent"
          label={words.passPercent}
          value={String(quiz?.passPercent ?? 70)}
          inputmode="numeric"
        />
        <Field visit={visit} name="tries" label={words.tries} value={String(quiz?.tries ?? 3)} inputmode="numeric" />
      </div>
      <p class="quiet">{words.quizText}</p>
      <Rows
        visit={visit}
        list="questions"
        legend={words.question}
        rows={(quiz?.questions ?? []).map(rowOf)}
        stacked
        columns={[
          { name: "prompt", label: words.prompt, rows: 2 },
          { name: "kind", label: words.kind, options: kinds },
          { name: "options", label: words.options, rows: 4, hint: words.optionsHint, also: ofOptions },
          { name: "number", label: words.answer, hint: words.answerHint, also: ofNumber },
          { name: "tolerance", label: words.tolerance, inputmode: "decimal" },
          { name: "explanation", label: words.explanation, rows: 2 },
        ]}
      />
      <button type="submit">{words.save}</button>
    </Form>
  );
}
