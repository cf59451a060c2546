/*
 * Names behind an @ in a comment: a list under the box, chosen with arrows and Enter or Tab.
 * Without scripts one types the name.
 */

const BOX = "form[data-composer=comment] textarea";
const AT = /(?:^|[^\w.@+-])@([\w.+-]{0,30})$/u;

let list = null;
let asked = "";

export function start() {
  if (!document.body.dataset.team) return;
  document.addEventListener("input", ({ target }) => target.matches?.(BOX) && look(target));
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", ({ target }) => target.matches?.(BOX) && close(target));
}

const open = () => Boolean(list?.isConnected && !list.hidden);
const chosen = () => list.querySelector("[aria-selected=true]");
const typed = (box) => AT.exec(box.value.slice(0, box.selectionStart))?.[1];

async function look(box) {
  const name = typed(box);
  asked = name;
  if (name === undefined) return close(box);
  try {
    const answer = await fetch(`${document.body.dataset.team}?${new URLSearchParams({ q: name })}`);
    if (!answer.ok || answer.redirected) return close(box);
    const drawn = await answer.text();
    if (asked === name) show(box, drawn);
  } catch {
    close(box);
  }
  return undefined;
}

function show(box, drawn) {
  if (!list?.isConnected) list = make(box);
  list.innerHTML = drawn;
  const first = list.querySelector("[role=option]");
  if (!first) return close(box);
  list.hidden = false;
  box.setAttribute("aria-controls", list.id);
  return choose(box, first);
}

function make(box) {
  const made = document.createElement("div");
  made.className = "mentions";
  made.id = "mentions";
  made.setAttribute("role", "listbox");
  made.setAttribute("aria-label", "Mention");
  made.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the box keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) take(box, option);
  });
  box.after(made);
  return made;
}

function close(box) {
  asked = undefined;
  if (list) list.hidden = true;
  box.removeAttribute("aria-controls");
  box.removeAttribute("aria-activedescendant");
}

function choose(box, option) {
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", option.id);
}

function onKey(event) {
  const box = event.target;
  if (!box.matches?.(BOX) || !open() || event.ctrlKey || event.metaKey || event.isComposing) return;
  const all = [...list.querySelectorAll("[role=option]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(box, all.at((all.indexOf(chosen()) + step) % all.length));
  else if (event.key === "Enter" || event.key === "Tab") take(box, chosen());
  else if (event.key === "Escape") close(box);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(box, option) {
  const name = typed(box) ?? "";
  const from = box.selectionStart - name.length;
  box.setRangeText(`${option.dataset.name} `, from, box.selectionStart, "end");
  close(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
