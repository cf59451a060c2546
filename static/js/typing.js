/* Says while somebody writes, every ten seconds at most: colleagues see “Priya is replying”. */

const EVERY = 10_000;
let saidAt = 0;

export function start() {
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-typing]");
    if (!form || !target.matches("textarea") || !target.value.trim()) return;
    if (Date.now() - saidAt < EVERY) return;
    saidAt = Date.now();
    say(form);
  });
}

/** A hint, no more: when it does not get through, nothing is lost. */
function say(form) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  fetch(form.dataset.typing, { method: "POST", body, redirect: "error" }).catch(() => null);
}
