/* Every htmx event name that live updates need, in one place: the next htmx renames some. */

export const isLive = (element) => Boolean(element?.matches?.("[data-live]"));

export const poll = (element) => element.dispatchEvent(new CustomEvent("live:poll"));

/**
 * Calls `act({ element, status, ok })` once after every request, answered or not; `element` made
 * the request, even if the answer has replaced it. A request that
 * was led to the sign-in page did nothing: it counts as refused, with status 401.
 */
export function onRequestEnd(act) {
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const out = isSignedOut(detail.xhr);
    const status = out ? 401 : (detail.xhr?.status ?? 0);
    act({ element: detail.requestConfig?.elt ?? detail.elt, status, ok: Boolean(detail.successful) && !out });
  });
}

/** The sign-in page is never pasted into another one; `act(address)` tells people instead. */
export function onSignedOut(act) {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!isSignedOut(detail.xhr)) return;
    detail.shouldSwap = false;
    act(document.body.dataset.login);
  });
}

/** Told so by /live/, or led to the sign-in page. */
function isSignedOut(xhr) {
  if (xhr?.status === 401) return true;
  const login = document.body.dataset.login;
  return Boolean(login && xhr?.responseURL) && new URL(xhr.responseURL).pathname === login;
}

/** Calls `act(element)` for every piece of page that arrives later. */
export const onArrival = (act) => document.addEventListener("htmx:load", (event) => act(event.target));

/**
 * Two answers may bring the same piece, when one was asked for before the other came: what stands
 * on the page already is not added again.
 */
export function keepOnce() {
  document.addEventListener("htmx:oobBeforeSwap", ({ detail: { fragment, target } }) => {
    if (fragment.nodeType !== Node.ELEMENT_NODE) return; // it replaces its target
    const lists = [target, target.parentElement];
    for (const piece of fragment.querySelectorAll(":scope > [id]")) {
      if (lists.includes(document.getElementById(piece.id)?.parentElement)) piece.remove();
    }
    const isList = fragment.matches("ol, ul");
    if (isList && !fragment.querySelector(":scope > [id]")) fragment.replaceChildren(); // only rules are left
  });
}
