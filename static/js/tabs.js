/* Tabs that are wider than a phone begin with the one that is open in sight. */

export function start() {
  for (const open of document.querySelectorAll(".tabs > [aria-current]")) {
    const tabs = open.parentElement;
    tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  }
}
