/* What was typed and not sent, kept in this browser per record until it is sent. */

const DAY = 86_400_000;
const KEEP = 30 * DAY;
const SENT = "sent:"; // sessionStorage: sent by a full page load, and not yet known to have worked

const quietly = (act) => {
  try {
    return act();
  } catch {
    return null; // a private window or a full store: drafts are a comfort, not a promise
  }
};

export const load = (key) => quietly(() => JSON.parse(localStorage.getItem(`draft:${key}`) ?? "null")?.text) ?? "";

export function save(key, text) {
  if (!text.trim()) return clear(key);
  return quietly(() => localStorage.setItem(`draft:${key}`, JSON.stringify({ text, at: Date.now() })));
}

export const clear = (key) => quietly(() => localStorage.removeItem(`draft:${key}`));

export const leaving = (key) => quietly(() => sessionStorage.setItem(SENT + key, "1"));

/** After a full page load: the answer is here, so the draft was sent; coming back is no answer. */
export function arrived(key) {
  const sent = quietly(() => sessionStorage.getItem(SENT + key));
  quietly(() => sessionStorage.removeItem(SENT + key));
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (sent && !back) clear(key);
}

/** Drafts older than a month go. */
export function sweep() {
  quietly(() => {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith("draft:"))) {
      const at = JSON.parse(localStorage.getItem(name))?.at ?? 0;
      if (Date.now() - at > KEEP) localStorage.removeItem(name);
    }
  });
}

/** What was begun and not sent stands in the inbox's rows, instead of the last words. */
export function mark(root) {
  for (const place of root.querySelectorAll("[data-draft-of]")) {
    const words = load(place.dataset.draftOf).trim();
    place.hidden = !words;
    place.querySelector("[data-draft-words]").textContent = words.slice(0, 160);
    const last = place.parentElement.querySelector("[data-last]");
    if (last) last.hidden = Boolean(words);
  }
}
