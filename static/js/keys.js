/* Keys: / and Ctrl+K search, ? lists the keys, J and K walk the list, Escape closes menus. */

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return act(event, search);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return undefined;
    if (event.key === "/") return act(event, search);
    if (event.key === "?") return act(event, () => document.getElementById("keys")?.showModal());
    if (event.key === "j") return act(event, () => follow("next"));
    if (event.key === "k") return act(event, () => follow("prev"));
    return undefined;
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

const follow = (rel) => document.querySelector(`a[rel="${rel}"][data-walk]`)?.click();

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
