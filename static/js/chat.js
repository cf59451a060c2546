/*
 * The conversation opens at the first unread text, and a pill leads back to the latest. The
 * scroller is upside down (column-reverse): 0 is the foot, so new bubbles never move a reader.
 */

import { onArrival } from "./wire.js";

const NEAR = 80;
const isAtFoot = (scroller) => Math.abs(scroller.scrollTop) < NEAR;

let missed = 0;

export function start() {
  const scroller = document.querySelector("[data-chat]");
  if (!scroller) return;
  document.querySelector("[data-first-unread]")?.scrollIntoView({ block: "nearest" });
  scroller.addEventListener("scroll", () => show(scroller), { passive: true });
  document.querySelector("[data-latest]")?.addEventListener("click", (event) => {
    event.preventDefault();
    scroller.scrollTo({ top: 0, behavior: "smooth" });
  });
  onArrival((element) => arrived(scroller, element));
  show(scroller);
}

function arrived(scroller, element) {
  if (!scroller.contains(element) || !element.matches?.(".msg--in.is-new")) return;
  if (!isAtFoot(scroller)) missed += 1;
  show(scroller);
}

function show(scroller) {
  const pill = document.querySelector("[data-latest]");
  if (!pill) return;
  if (isAtFoot(scroller)) missed = 0;
  pill.hidden = isAtFoot(scroller);
  const count = pill.querySelector("[data-missed]");
  if (count) count.textContent = missed || "";
}
