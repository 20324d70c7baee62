import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered } from "#console/frame/forms.tsx";
import { Money } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { Checkout } from "./billing.tsx";

/** The catalogue: what somebody reads, could read, and could buy. */
const catalogue = definePage({
  path: "/app/academy",
  section: "academy",
  load: async ({ client }) => {
    const [courses, mine, packages, certificates] = await Promise.all([
      ask(client.courses.$get()),
      ask(client.me.courses.$get()),
      ask(client.packages.$get()),
      ask(client.me.certificates.$get()),
    ]);
    return { courses: courses.data, mine: mine.data, packages: packages.data, certificates: certificates.data };
  },
  title: ({ academy }) => academy.title,
  view: (visit, { courses, mine, packages, certificates }) => {
    const { academy, frame } = visit.words;
    return (
      <>
        <h1>{academy.title}</h1>
        <p class="lead">{academy.text}</p>
        {mine.length === 0 ? null : <h2>{academy.mine}</h2>}
        <ul class="plain">
          {mine.map(({ slug, title, percent, nextLessonId }) => (
            <li>
              <a href={nextLessonId === null ? `/app/academy/${slug}` : `/app/lessons/${nextLessonId}`}>{title}</a>
              <progress max={100} value={percent} aria-label={title} />
            </li>
          ))}
        </ul>
        <h2>{academy.courses}</h2>
        {courses.length === 0 ? <p class="empty">{academy.noCourses}</p> : null}
        <div class="grid">
          {courses.map(({ slug, title, summary, minutes }) => (
            <a class="card" href={`/app/academy/${slug}`}>
              <strong>{title}</strong>
              <br />
              {summary}{" "}
              <small>
                {minutes} {academy.minutes}
              </small>
            </a>
          ))}
        </div>
        <h2>{academy.packages}</h2>
        <div class="grid">
          {packages.map(({ slug, name, price }) => (
            <div class="card">
              <h3>{name}</h3>
              <Money visit={visit} amount={price.amount} asset={price.asset} />{" "}
              <ButtonForm visit={visit} action="buy" of={slug} label={academy.buy} />
            </div>
          ))}
        </div>
        <h2>{academy.certificates}</h2>
        {certificates.length === 0 ? <p class="quiet">{frame.nothing}</p> : null}
        <ul class="plain">
          {certificates.map(({ id, course, code }) => (
            <li>
              <a href={`/api/v1/me/certificates/${id}/pdf`}>{course}</a> <code>{code}</code>
            </li>
          ))}
        </ul>
      </>
    );
  },
  actions: {
    buy: async (visit, fields) => {
      const param = { slug: entered(fields, "of") };
      const provider = visit.c.get("ctx").config.development ? ("sandbox" as const) : ("stripe" as const);
      const { checkoutUrl } = await ask(visit.client.packages[":slug"].purchase.$post({ param, json: { provider } }));
      return checkoutUrl === null ? {} : { show: <Checkout visit={visit} url={checkoutUrl} /> };
    },
  },
});

/** A course: its modules, lessons and quizzes in order. */
const course = definePage({
  path: "/app/academy/:slug",
  section: "academy",
  load: async ({ client, param }) => await ask(client.courses[":slug"].$get({ param: { slug: param("slug") } })),
  title: (_, { title }) => title,
  view: (visit, { title, summary, modules }) => {
    const { academy } = visit.words;
    return (
      <>
        <h1>{title}</h1>
        <p class="lead">{summary}</p>
        {modules.map((part) => (
          <>
            <h2>{part.title}</h2>
            <ul class="plain">
              {part.lessons.map((lesson) => (
                <li>
                  <a href={`/app/lessons/${lesson.id}`}>{lesson.title}</a>{" "}
                  <small>
                    {lesson.minutes} {academy.minutes} {lesson.free ? academy.free : ""}
                  </small>
                </li>
              ))}
              {part.quiz === null ? null : (
                <li>
                  <a href={`/app/quizzes/${part.quiz.id}`}>
                    {academy.quiz}: {part.quiz.title}
                  </a>
                </li>
              )}
            </ul>
          </>
        ))}
      </>
    );
  },
});

export const academyRoutes = [...catalogue, ...course];
