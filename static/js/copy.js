/* <button data-copy="+44…" hidden>: shown when the browser can copy. */

import { toast } from "./toast.js";

export function start() {
  if (!navigator.clipboard) return;
  reveal(document);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(`Copied ${button.dataset.copy}`);
    } catch {
      toast("The browser did not allow copying.");
    }
  });
}

export const reveal = (root) => root.querySelectorAll("[data-copy]").forEach((one) => (one.hidden = false));
