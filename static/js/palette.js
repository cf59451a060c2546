/*
 * The command menu: a dialog with a combobox over a listbox. Found records are drawn by the
 * server; actions stand in the page and are filtered here. Without scripts the search box in the
 * sidebar does the finding.
 */

const WAIT = 120;

let menu = null;
let timer = 0;
let asking = null; // the request under way
let entered = false; // Enter was pressed before the answer was here

export function start() {
  menu = document.getElementById("palette");
  if (!menu) return;
  const input = box();
  input.addEventListener("input", () => ask(WAIT));
  input.addEventListener("keydown", onKey);
  menu.addEventListener("click", onClick);
  menu.addEventListener("close", forget);
  menu.querySelector("[data-found]").addEventListener("pointermove", onPoint);
  menu.querySelector("[data-actions]").addEventListener("pointermove", onPoint);
}

export function open() {
  if (!menu || menu.open) return;
  box().value = "";
  menu.showModal();
  box().focus();
  ask(0);
}

const box = () => menu.querySelector("[role=combobox]");
const options = () => [...menu.querySelectorAll("[role=option]")].filter((one) => !one.hidden);
const chosen = () => menu.querySelector("[role=option][aria-selected=true]");

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const all = options();
    if (all.length) choose(all.at((all.indexOf(chosen()) + step + all.length) % all.length));
  } else if (event.key === "Enter" && !event.isComposing) {
    if (timer || asking) {
      event.preventDefault();
      entered = true;
    } else if (chosen()) {
      event.preventDefault();
      chosen().click();
    }
  }
}

/** A click beside the menu closes it: the dialog's own box is all that is left of it there. */
function onClick(event) {
  if (event.target === menu || event.target.closest("[data-palette-close]")) menu.close();
}

function onPoint(event) {
  const option = event.target.closest("[role=option]");
  if (option) choose(option);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return box().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  box().setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}

/** What was asked for other words must not answer these. */
function ask(wait) {
  forget();
  filterActions();
  timer = setTimeout(load, wait);
}

async function load() {
  timer = 0;
  const mine = new AbortController();
  asking = mine;
  const address = `${menu.dataset.palette}?${new URLSearchParams({ q: box().value })}`;
  let drawn = "";
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected) location.reload(); // signed out: the page leads to the sign-in page
    if (answer.ok && !answer.redirected) drawn = await answer.text();
  } catch {
    if (mine.signal.aborted) return;
  }
  if (asking !== mine) return;
  asking = null;
  menu.querySelector("[data-found]").innerHTML = drawn;
  settle();
}

function filterActions() {
  const typed = box().value.trim().toLowerCase().split(/\s+/);
  const list = menu.querySelector("[data-actions]");
  for (const action of list.querySelectorAll("[role=option]")) {
    action.hidden = !typed.every((word) => action.dataset.words.includes(word));
  }
  list.hidden = !list.querySelector("[role=option]:not([hidden])");
}

function settle() {
  const [first] = options();
  menu.querySelector("[data-none]").hidden = Boolean(first);
  menu.querySelector("[role=listbox]").hidden = !first;
  box().setAttribute("aria-expanded", String(Boolean(first)));
  choose(first);
  if (!entered) return;
  entered = false;
  if (first) first.click();
  else menu.querySelector("form").requestSubmit();
}

function forget() {
  clearTimeout(timer);
  timer = 0;
  asking?.abort();
  asking = null;
  entered = false;
}
