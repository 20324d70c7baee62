/**
 * What every page has where there is script: it says when the network is away, keeps what was entered instead of losing
 * it to the browser's own error page, and shows that a form is on its way.
 */
export function watchPresence(): void {
  const line = document.createElement("p");
  line.className = "notice bad offline";
  line.setAttribute("role", "status");
  document.querySelector("main")?.prepend(line);
  const tell = (): void => {
    line.textContent = navigator.onLine ? "" : (document.body.dataset["offline"] ?? "");
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (navigator.onLine && form.ariaBusy !== "true") form.ariaBusy = "true";
    else event.preventDefault();
    tell();
  });
  // The browser's own way back shows the page as it was left.
  addEventListener("pageshow", () => {
    for (const form of document.forms) form.ariaBusy = null;
  });
}
