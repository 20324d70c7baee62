/** Calls of the API from a page, with the session's cookie and the token that shows that the page is ours. */

export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function get<T>(path: string): Promise<T> {
  return await read<T>(await fetch(path));
}

export async function post<T>(path: string, csrf: string, json?: unknown): Promise<T> {
  const headers = { "X-CSRF-Token": csrf, ...(json === undefined ? {} : { "Content-Type": "application/json" }) };
  return await read<T>(
    await fetch(path, { method: "POST", headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) }),
  );
}

async function read<T>(answer: Response): Promise<T> {
  const body = (await answer.json()) as T & { readonly title?: string; readonly detail?: string };
  if (!answer.ok) throw new Refused(answer.status, body.detail ?? body.title ?? String(answer.status));
  return body;
}
