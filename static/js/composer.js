/*
 * The two composers: data-composer="comment" (turns pine when the words start with a trigger)
 * and data-composer="text" (always an SMS). Markup: docs/design.md.
 */

import * as drafts from "./drafts.js";
import { measure, plain } from "./segments.js";
import { read } from "./triggers.js";
import { toast } from "./toast.js";
import { onArrival, onRequestEnd } from "./wire.js";

const FORMS = "form[data-composer]";
const inputOf = (form) => form.querySelector("textarea");
const growsByItself = CSS.supports("field-sizing", "content");

export function start() {
  drafts.sweep();
  dress(document);
  drafts.mark(document);
  onArrival((element) => {
    dress(element);
    drafts.mark(element.parentElement ?? element);
  });
  document.addEventListener("input", (event) => onInput(event.target));
  document.addEventListener("change", (event) => onInput(event.target));
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onPlain);
  onRequestEnd(onAnswer);
  document.addEventListener("composer:restore", (event) => restore(event.detail));
}

function dress(root) {
  const forms = [...root.querySelectorAll(FORMS)];
  if (root.matches?.(FORMS)) forms.push(root);
  for (const form of forms) {
    const input = inputOf(form);
    if (!input || form.dataset.dressed) continue;
    form.dataset.dressed = "yes";
    form.dataset.plainHint = form.querySelector("[data-hint-words]")?.textContent ?? "";
    const key = form.dataset.draft;
    if (key) drafts.arrived(key);
    if (key && !input.value) input.value = drafts.load(key);
    show(form);
  }
}

function onInput(target) {
  const form = target.closest?.(FORMS);
  if (!form) return;
  if (target === inputOf(form) && form.dataset.draft) drafts.save(form.dataset.draft, target.value);
  show(form);
}

function onKey(event) {
  const form = event.target.closest?.(FORMS);
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  const button = form.querySelector("[data-submit]");
  if (inputOf(form).value.trim() && !button?.disabled) form.requestSubmit(button);
}

/** An answer that says nothing by itself; a lost connection and a lost sign-in have strips. */
function complain(status) {
  if (status === 413) toast("That is too much at once. Nothing was stored; your words are still here.");
  else if (status >= 400 && ![401, 422].includes(status)) toast("That did not work. Your words are still here: try again.");
}

/** A second press while the first is on its way sends nothing. */
function onSubmit(event) {
  const form = event.target;
  if (!form.matches?.(FORMS) || event.defaultPrevented || isHtmx(form)) return;
  if (form.dataset.leaving) {
    event.preventDefault();
    return;
  }
  form.dataset.leaving = "yes";
  addEventListener("pageshow", () => delete form.dataset.leaving, { once: true });
  if (form.dataset.draft) drafts.leaving(form.dataset.draft);
}

const isHtmx = (form) => form.hasAttribute("hx-post");

function onAnswer({ element: form, status, ok }) {
  if (!form?.matches?.(FORMS)) return;
  if (!ok) return complain(status);
  if (form.dataset.draft) drafts.clear(form.dataset.draft);
  const input = inputOf(form);
  if (!input) return;
  input.value = "";
  if (form.elements.later) form.elements.later.checked = false;
  show(form);
  input.focus();
}

/** Undo puts the words back: the server answers HX-Trigger {"composer:restore": {draft, text}}. */
function restore({ draft, text }) {
  const form = [...document.querySelectorAll(FORMS)].find((one) => one.dataset.draft === draft);
  if (!form) return;
  const input = inputOf(form);
  input.value = input.value.trim() ? `${text}\n${input.value}` : text;
  drafts.save(draft, input.value);
  show(form);
  input.focus();
}

function onPlain(event) {
  const button = event.target.closest?.("[data-plain]");
  const form = button?.closest(FORMS);
  if (!form) return;
  const input = inputOf(form);
  input.value = plain(input.value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}

function show(form) {
  const input = inputOf(form);
  grow(input);
  const isComment = form.dataset.composer === "comment";
  const state = isComment ? read(input.value, triggersOf(form)) : { kind: "text", words: input.value.trim() };
  const size = measure(state.words ?? "");
  form.classList.toggle("is-text", isComment && state.kind === "text");
  form.classList.toggle("is-comment", isComment && state.kind !== "text");
  form.classList.toggle("is-odd", state.kind === "odd" || Boolean(state.trigger?.refusal && state.kind === "text"));
  if (isComment) showComment(form, state, size);
  showCount(form, size);
  showWarning(form, state.kind === "text" && (state.trigger?.channel ?? "sms") === "sms" ? size : null, state.words ?? "");
}

function showComment(form, state, size) {
  const icons = { text: "[data-icon-text]", odd: "[data-icon-odd]" };
  for (const icon of form.querySelectorAll("[data-hint] > [data-icon-text], [data-hint] > [data-icon-odd], [data-hint] > [data-icon-comment]")) {
    icon.hidden = !icon.matches(icons[state.kind] ?? "[data-icon-comment]");
  }
  const line = form.querySelector("[data-hint-words]");
  if (line) line.replaceChildren(...hint(form, state, size));
  const label = form.querySelector("[data-submit] [data-label-text]");
  if (!label) return;
  label.dataset.labelComment ??= label.textContent;
  const { channel, app } = state.trigger ?? {};
  const does = app ? `Send by ${app}` : channel === "call" ? label.dataset.labelCall : label.dataset.labelText;
  label.textContent = state.kind === "text" ? does : label.dataset.labelComment;
}

function hint(form, state, size) {
  const { kind, trigger } = state;
  if (kind === "odd") return [`Did you mean ${trigger.prefix} ? As it stands this is a comment and ${trigger.channel === "call" ? "calls" : "texts"} nobody.`];
  if (kind === "escaped") return [`Stays a comment, with the words “${trigger.prefix}”`];
  if (kind !== "text") return [form.dataset.plainHint];
  if (trigger.refusal) {
    const isSaid = form.querySelector(".composer-error")?.textContent === trigger.refusal;
    return [isSaid ? "Nothing was sent. Your words stay here." : trigger.refusal];
  }
  const strong = unbroken("b");
  const to = [`${trigger.to}, `, unbroken("span", trigger.phone), trigger.from ? ` from ${trigger.from}` : ""];
  const length = `${[...state.words].length.toLocaleString("en")} characters`;
  if (trigger.app) {
    strong.textContent = length;
    return ["Will be texted to ", ...to, ` by ${trigger.app} · `, strong];
  }
  if (trigger.channel === "call") {
    strong.textContent = length;
    return ["Will be spoken to ", ...to, " on the phone · ", strong, trigger.night ? ` · ${trigger.night}` : ""];
  }
  strong.textContent = `${size.segments} SMS, ${size.units}/${size.capacity}`;
  return ["Will be texted to ", ...to, " · ", strong];
}

/** What no line may break apart: a phone number, the length. */
function unbroken(tag, words = "") {
  const element = document.createElement(tag);
  element.className = "nowrap";
  element.textContent = words;
  return element;
}

function showCount(form, size) {
  const count = form.querySelector("[data-count]");
  if (!count) return;
  const used = document.createElement("b");
  used.textContent = size.units;
  count.replaceChildren(used, `/${size.capacity}${size.segments > 1 ? ` · ${size.segments} SMS` : ""}`);
  count.classList.toggle("is-many", size.segments > 1);
}

function showWarning(form, size, words) {
  const box = form.querySelector("[data-warn]");
  if (!box) return;
  box.hidden = !size?.culprits.length;
  if (box.hidden) return;
  const names = size.culprits.slice(0, 6).map(named).join(" ");
  const more = size.culprits.length > 6 ? " and others" : "";
  const verb = size.culprits.length > 1 ? "need" : "needs";
  box.querySelector("[data-warn-words]").textContent = `${names}${more} ${verb} Unicode: 70 characters per SMS.`;
  box.querySelector("[data-plain]").hidden = plain(words) === words;
}

const NAMES = { "\t": "A tab", "\u00a0": "A hard space", "\u200b": "An invisible space", "\ufeff": "An invisible mark", "\u00ad": "A soft hyphen" };
const named = (char) => NAMES[char] ?? (/^\s$/u.test(char) ? "A special space" : char);

function triggersOf(form) {
  const source = document.getElementById(form.dataset.triggers || "triggers");
  try {
    return JSON.parse(source?.textContent ?? "[]");
  } catch {
    return [];
  }
}

function grow(input) {
  if (growsByItself) return;
  input.style.height = "auto"; // through the CSSOM: the content policy forbids the attribute only
  input.style.height = `${input.scrollHeight}px`;
}
