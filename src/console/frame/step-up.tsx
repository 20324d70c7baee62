import { Field } from "./forms.tsx";
import type { Visit } from "./visit.ts";

/** Asks who sends a form that hurts, and keeps what was entered, so that nothing has to be written twice. */
export function StepUp({ visit, fields, wrong }: { visit: Visit; fields: URLSearchParams; wrong: string | null }) {
  const { stepUp } = visit.words.frame;
  const kept = [...fields].filter(([name]) => !name.startsWith("stepUp") && name !== "csrf");
  const asking = { ...visit, refused: null };
  return (
    <>
      <h1>{stepUp.title}</h1>
      <p class="lead">{stepUp.text}</p>
      {wrong === null ? null : (
        <div class="notice bad" role="alert">
          <p>{wrong}</p>
        </div>
      )}
      <form method="post">
        <input type="hidden" name="csrf" value={visit.csrf} />
        {kept.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {visit.user.mfaEnabled ? (
          <Field
            visit={asking}
            name="stepUpCode"
            label={stepUp.code}
            autocomplete="one-time-code"
            inputmode="numeric"
          />
        ) : (
          <Field
            visit={asking}
            name="stepUpPassword"
            label={stepUp.password}
            type="password"
            autocomplete="current-password"
          />
        )}
        <button type="submit">{stepUp.submit}</button>
      </form>
    </>
  );
}
