/*
 * Keys. Ctrl+K opens the command menu, / goes to the search box, ? lists the keys; J and K walk
 * the list, R replies, E edits; Escape closes menus. Letters count only where nobody types.
 */

import * as palette from "./palette.js";

const ROWS = "main :is(.table tbody tr td:first-child a[href], .rows > li a.row-link, .rows > li b > a[href])";

const ACTS = {
  "/": () => search(),
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => walk(1),
  k: () => walk(-1),
  r: () => reply(),
  e: () => document.querySelector("[data-edit]")?.click(),
};

export function start() {
  palette.start();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return act(event, palette.open);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return undefined;
    if (document.querySelector("dialog[open]")) return undefined;
    return Object.hasOwn(ACTS, event.key) ? act(event, ACTS[event.key]) : undefined;
  });
  document.addEventListener("click", ({ target }) => closeMenus(target.closest?.("details.menu")));
}

function act(event, what) {
  event.preventDefault();
  what();
}

const isTyping = (element) => element.isContentEditable || element.matches?.("input, textarea, select");

function search() {
  const box = document.querySelector("[data-search]");
  if (!box) return;
  if (!box.checkVisibility()) document.getElementById("menu")?.showPopover();
  box.focus();
  box.select();
}

/** The next or previous record where the page knows one, else the next or previous row. */
function walk(step) {
  const link = document.querySelector(`a[rel="${step > 0 ? "next" : "prev"}"][data-walk]`);
  if (link) return link.click();
  const rows = [...document.querySelectorAll(ROWS)];
  const here = rows.findIndex((row) => row === document.activeElement);
  const at = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  return rows[at]?.focus();
}

/** The composer that can be seen: of the conversation, else of the comments. */
function reply() {
  const boxes = ["text", "comment"].flatMap((kind) => [...document.querySelectorAll(`[data-composer=${kind}] textarea`)]);
  boxes.find((box) => box.checkVisibility() && !box.disabled)?.focus();
}

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
