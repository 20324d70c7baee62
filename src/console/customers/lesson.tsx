import { ask } from "#console/frame/client.ts";
import { Form } from "#console/frame/forms.tsx";
import { Markdown } from "#console/frame/markdown.tsx";
import { State, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** A lesson to read, and the way to the next one. */
const lesson = definePage({
  path: "/app/lessons/:id",
  section: "academy",
  said: ({ academy }) => ({ recorded: academy.recorded }),
  load: async ({ client, param }) => await ask(client.lessons[":id"].$get({ param: { id: param("id") } })),
  title: (_, { title }) => title,
  view: (visit, { title, body, course, files, videoUrl }) => {
    const { academy } = visit.words;
    return (
      <article>
        <p>
          <a href={`/app/academy/${course.slug}`}>{course.title}</a>
        </p>
        <h1>{title}</h1>
        {videoUrl === null ? null : (
          <p>
            <a href={videoUrl}>{videoUrl}</a>
          </p>
        )}
        <Markdown text={body} />
        <ul class="plain">
          {files.map(({ name, url }) => (
            <li>
              <a href={url}>{name}</a>
            </li>
          ))}
        </ul>
        <Form visit={visit} action="done">
          <button type="submit">{academy.lessonDone}</button>
        </Form>
      </article>
    );
  },
  actions: {
    done: async ({ client, param }) => {
      const { ":id": one } = client.lessons;
      const answer = await ask(one.progress.$post({ param: { id: param("id") }, json: { percent: 100 } }));
      const { nextLessonId } = answer.course;
      return { to: nextLessonId === null ? "/app/academy" : `/app/lessons/${nextLessonId}`, say: "recorded" };
    },
  },
});

interface Question {
  readonly kind: "single" | "multiple" | "number";
  readonly prompt: string;
  readonly options: readonly string[];
}

/** A quiz: its questions as one form, and what was right once it is handed in. */
const quiz = definePage({
  path: "/app/quizzes/:id",
  section: "academy",
  load: async ({ client, param }) => await ask(client.quizzes[":id"].$get({ param: { id: param("id") } })),
  title: (_, { title }) => title,
  view: (visit, { title, questions, attempts, passPercent, triesLeft }) => {
    const { academy } = visit.words;
    return (
      <>
        <h1>{title}</h1>
        <ul class="plain">
          {attempts.map(({ scorePercent, passed, at }) => (
            <li>
              <When visit={visit} at={at} /> {academy.score(scorePercent, passPercent)}{" "}
              <State of={passed ? "ok" : "failed"} />
            </li>
          ))}
        </ul>
        <p class="quiet">{academy.triesLeft(triesLeft)}</p>
        <Form visit={visit} action="submit">
          {questions.map((question, index) => (
            <fieldset class="card">
              <legend>{question.prompt}</legend>
              <Answers question={question} name={`q${index}`} />
            </fieldset>
          ))}
          <button type="submit">{academy.submit}</button>
        </Form>
      </>
    );
  },
  actions: {
    submit: async (visit, fields) => {
      const { ":id": one } = visit.client.quizzes;
      const param = { id: visit.param("id") };
      const { questions, passPercent } = await ask(one.$get({ param }));
      const answers = questions.map(({ kind }, index) => answerOf(kind, fields.getAll(`q${index}`)));
      const taken = await ask(one.$post({ param, json: { answers } }));
      return { show: <Marks visit={visit} questions={questions} taken={taken} passPercent={passPercent} /> };
    },
  },
});

function Answers({ question: { kind, options, prompt }, name }: { question: Question; name: string }) {
  if (kind === "number") return <input name={name} inputmode="decimal" aria-label={prompt} />;
  return (
    <>
      {options.map((option, index) => (
        <label class="check">
          <input type={kind === "single" ? "radio" : "checkbox"} name={name} value={String(index)} />
          <span>{option}</span>
        </label>
      ))}
    </>
  );
}

function answerOf(kind: Question["kind"], given: readonly string[]): number | number[] | string | null {
  const [first] = given;
  if (kind === "multiple") return given.map(Number);
  if (first === undefined || first === "") return null;
  return kind === "number" ? first : Number(first);
}

interface Taken {
  readonly scorePercent: number;
  readonly passed: boolean;
  readonly triesLeft: number;
  readonly questions: readonly { readonly correct: boolean; readonly explanation: string | null }[];
}

interface MarksProps {
  readonly visit: Visit;
  readonly questions: readonly Question[];
  readonly taken: Taken;
  readonly passPercent: number;
}

function Marks({ visit, questions, taken, passPercent }: MarksProps) {
  const { academy } = visit.words;
  return (
    <>
      <h1>{taken.passed ? academy.passed : academy.failed}</h1>
      <p class="lead">
        {academy.score(taken.scorePercent, passPercent)} {academy.triesLeft(taken.triesLeft)}
      </p>
      <ul class="plain">
        {taken.questions.map(({ correct, explanation }, index) => (
          <li>
            <State of={correct ? "ok" : "failed"} /> {questions[index]?.prompt}
            <br />
            <span class="quiet">{explanation}</span>
          </li>
        ))}
      </ul>
      <p>
        <a href="/app/academy">{academy.title}</a>
      </p>
    </>
  );
}

export const lessonRoutes = [...lesson, ...quiz];
