import type { Child } from "hono/jsx";
import type { Visit } from "./visit.ts";

interface FormProps {
  readonly visit: Visit;
  /** Which of the page's actions the form asks for. */
  readonly action: string;
  /** Tells forms of one action apart: the row that a form stands in. */
  readonly of?: string;
  readonly class?: string;
  /** Carries a file, on a page that takes some. */
  readonly upload?: boolean;
  readonly children?: Child;
}

/** A form that works without script: the page's token, and a key that makes sending it twice one call. */
export function Form({ visit, action, of, upload = false, children, ...rest }: FormProps) {
  return (
    <form method="post" class={rest.class} enctype={upload ? "multipart/form-data" : undefined}>
      <input type="hidden" name="csrf" value={visit.csrf} />
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <input type="hidden" name="action" value={action} />
      {of === undefined ? null : <input type="hidden" name="of" value={of} />}
      {children}
    </form>
  );
}

interface ButtonFormProps extends Omit<FormProps, "children" | "class"> {
  readonly label: string;
  readonly danger?: boolean;
}

/** A form that is one button, as it stands in the rows of tables. */
export function ButtonForm({ label, danger = false, ...form }: ButtonFormProps) {
  return (
    <Form {...form} class="inline">
      <button type="submit" class={danger ? "danger" : "second"}>
        {label}
      </button>
    </Form>
  );
}

/** What was entered under a name, without the blanks around it. */
export function entered(fields: URLSearchParams, name: string): string {
  return fields.get(name)?.trim() ?? "";
}

/** A number as it was entered; what is none goes out as null, for the API to refuse at its field. */
export function enteredNumber(fields: URLSearchParams, name: string): number {
  const text = entered(fields, name);
  return text === "" ? Number.NaN : Number(text);
}

/** Per cent with two decimals at most, in hundredths of a per cent. */
export function enteredBps(fields: URLSearchParams, name: string): number {
  return bpsOf(entered(fields, name));
}

export function bpsOf(percent: string): number {
  const [, whole, decimals = ""] = /^(\d{1,6})(?:\.(\d{1,2}))?$/.exec(percent) ?? [];
  return whole === undefined ? Number.NaN : Number(whole + decimals.padEnd(2, "0"));
}

export function percentOf(bps: number): string {
  return String(bps / 100);
}

interface FieldProps {
  readonly visit: Visit;
  readonly name: string;
  readonly label: string;
  /** The row that the field stands in, where a page has several forms of one action. */
  readonly of?: string;
  readonly type?: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly options?: readonly (readonly [value: string, label: string])[];
  readonly rows?: number;
  readonly hint?: string;
  /** Other parts of the body that this field stands for, whose refusals are shown here too. */
  readonly also?: readonly string[] | undefined;
  readonly autocomplete?: string;
  readonly inputmode?: "decimal" | "numeric" | "email" | "text";
}

/** An input with its label, what was entered before, and what the API said of it. */
export function Field(props: FieldProps) {
  const { name, label, hint, of, also = [] } = props;
  const visit = ownVisit(props);
  const wrong = faultOf(visit, [name, ...also]);
  const id = of === undefined ? name : `${name}-${of}`;
  return (
    <div>
      <label for={id}>{label}</label>
      <Control {...props} visit={visit} id={id} wrong={wrong !== null} />
      {hint === undefined ? null : <small>{hint}</small>}
      {wrong === null ? null : (
        <p class="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

/** What was refused stands in the row that it was sent from alone. */
function ownVisit({ visit, of }: FieldProps): Visit {
  const sentFrom = visit.refused?.fields.get("of") ?? undefined;
  return of === undefined || sentFrom === of ? visit : { ...visit, refused: null };
}

interface ControlProps extends FieldProps {
  readonly id: string;
  readonly wrong: boolean;
}

function Control({ visit, id, name, type = "text", required = true, wrong, ...props }: ControlProps) {
  const value = visit.refused?.fields.get(name) ?? props.value ?? "";
  const described = wrong ? { "aria-invalid": "true" as const, "aria-describedby": `${id}-wrong` } : {};
  const shared = { id, name, required, ...described };
  if (props.options) {
    return (
      <select {...shared}>
        {props.options.map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    );
  }
  if (props.rows !== undefined) {
    return (
      <textarea {...shared} rows={props.rows}>
        {value}
      </textarea>
    );
  }
  const { autocomplete, inputmode } = props;
  const shown = type === "password" ? "" : value;
  return <input {...shared} type={type} value={shown} autocomplete={autocomplete} inputmode={inputmode} />;
}

function faultOf({ refused }: Visit, names: readonly string[]): string | null {
  const isMeant = (path: string): boolean =>
    names.some((name) => path === name || path.startsWith(`${name}.`) || path.endsWith(`.${name}`));
  return refused?.problem.errors?.find(({ path }) => isMeant(path))?.message ?? null;
}
