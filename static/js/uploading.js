/* <div data-uploading hidden> in a form with a file: shown from the click until the next page is there. */

const each = (root, hidden) => root.querySelectorAll("[data-uploading]").forEach((one) => (one.hidden = hidden));

export function start() {
  document.addEventListener("submit", (event) => {
    const chosen = event.target.querySelector("input[type=file]")?.files.length;
    if (chosen) each(event.target, false);
  });
  addEventListener("pageshow", () => each(document, true)); // back to it, as it was left
}
