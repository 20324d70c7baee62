/** Cron triggers never fire by themselves on a local machine: this fires one at the start of each minute. */
const MINUTE_MS = 60_000;

export function everyMinute(tick: (time: Date) => Promise<void>): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const next = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS;
    timer = setTimeout(() => {
      arm();
      tick(new Date(next)).catch((error: unknown) => console.error("The cron trigger failed.", error));
    }, next - Date.now());
  };
  arm();
  return () => clearTimeout(timer);
}
