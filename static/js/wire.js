/* Every htmx event name that live updates need, in one place: the next htmx renames some. */

export const isLive = (element) => Boolean(element?.matches?.("[data-live]"));

export const poll = (element) => element.dispatchEvent(new CustomEvent("live:poll"));

/** Calls `act({ element, status, ok })` once after every request, answered or not. */
export function onRequestEnd(act) {
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    act({ element: detail.elt, status: detail.xhr?.status ?? 0, ok: Boolean(detail.successful) });
  });
}

/** Calls `act(element)` for every piece of page that arrives later. */
export const onArrival = (act) => document.addEventListener("htmx:load", (event) => act(event.target));
