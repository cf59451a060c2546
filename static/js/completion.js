/*
 * A list under a box of what could stand at the cursor: names behind an @ in a comment, templates
 * behind a / and merge fields behind a { in a text. Chosen with arrows and Enter or Tab. Without
 * scripts one types the whole name; the server knows what it means.
 *
 * Each kind: `before` finds what is typed of a name (its group), up to the cursor; `lead` is how
 * many characters before that are replaced too; `address` gives options drawn by the server.
 */

const BOXES = "form[data-composer] textarea";
const TEXTS = "form:is([data-composer=text], .is-text) textarea"; // what leaves as a text
const KINDS = [
  {
    label: "Mention",
    boxes: "form[data-composer=comment] textarea",
    before: /(?:^|[^\w.@+-])@([\w.+-]{0,30})$/u,
    lead: 0,
    address: () => document.body.dataset.team,
    words: (option) => `${option.dataset.name} `,
  },
  {
    label: "Templates",
    boxes: TEXTS,
    before: /^(?:\s*[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,18}:)?\s*\/([\p{L}\p{N}_-]{0,39})$/u,
    lead: 1,
    address: () => document.body.dataset.templates,
    words: (option) => option.dataset.words,
  },
  {
    label: "Merge fields",
    boxes: TEXTS,
    before: /\{([a-z_.]{0,30})$/u,
    lead: 1,
    address: () => document.body.dataset.mergeFields,
    words: (option) => option.dataset.words,
  },
];

let list = null;
let kind = null;
let asked = "";
let pressed = false; // a mouse button or a finger

export function start() {
  if (!document.body.dataset.team) return;
  document.addEventListener("input", ({ target }) => target.matches?.(BOXES) && look(target));
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", ({ target }) => target.matches?.(BOXES) && leave(target));
  document.addEventListener("pointerdown", () => (pressed = true), true);
  document.addEventListener("pointerup", () => (pressed = false), true);
  document.addEventListener("click", onButton);
}

const open = () => Boolean(list?.isConnected && !list.hidden);
const chosen = () => list.querySelector("[aria-selected=true]");
const upToCursor = (box) => box.value.slice(0, box.selectionStart);
const typed = (box) => kind.before.exec(upToCursor(box))?.[1];

/** The buttons beside a box type what begins a name. */
function onButton(event) {
  const button = event.target.closest?.("[data-complete]");
  const box = button?.form?.querySelector("textarea");
  if (!box) return;
  box.focus();
  if (button.dataset.complete === "/") box.setSelectionRange(0, 0);
  box.setRangeText(button.dataset.complete, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

async function look(box) {
  kind = KINDS.find((one) => box.matches(one.boxes) && one.before.test(upToCursor(box))) ?? null;
  if (!kind) return close(box);
  const name = typed(box);
  asked = `${kind.label} ${name}`;
  const about = document.querySelector("[data-live] [name=page]")?.value ?? "";
  try {
    const query = new URLSearchParams({ q: name, page: about });
    const answer = await fetch(`${kind.address()}?${query}`);
    if (!answer.ok || answer.redirected) return close(box);
    const drawn = await answer.text();
    if (kind && asked === `${kind.label} ${name}`) show(box, drawn);
  } catch {
    close(box);
  }
  return undefined;
}

function show(box, drawn) {
  if (list?.previousElementSibling !== box) list = make(box);
  list.setAttribute("aria-label", kind.label);
  list.innerHTML = drawn;
  const first = list.querySelector("[role=option]");
  if (!first) return close(box);
  list.hidden = false;
  box.setAttribute("aria-controls", list.id);
  return choose(box, first);
}

function make(box) {
  list?.remove();
  const made = document.createElement("div");
  made.className = "mentions";
  made.id = "completion";
  made.setAttribute("role", "listbox");
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

/** Not before a click is over: what is clicked would move away from under it. */
function leave(box) {
  if (!pressed) return close(box);
  const closeIfLeft = () => box === document.activeElement || close(box); // a button may return
  document.addEventListener("pointerup", () => setTimeout(closeIfLeft), { once: true });
  return undefined;
}

function choose(box, option) {
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

function onKey(event) {
  const box = event.target;
  if (!box.matches?.(BOXES) || !open() || event.ctrlKey || event.metaKey || event.isComposing) return;
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
  const from = box.selectionStart - name.length - kind.lead;
  box.setRangeText(kind.words(option), from, box.selectionStart, "end");
  close(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
