/*
 * New things without a reload. <form data-live> asks by htmx whenever it hears "live:poll"; this
 * file decides when: every 2 s while something happened in the last 30 s, then 5 s, then 15 s,
 * never in a hidden tab, ever slower with jitter while the server does not answer.
 */

import { isLive, keepOnce, onRequestEnd, onSignedOut, poll } from "./wire.js";

const BUSY = 30_000;
const CALM = 120_000;
const LONGEST = 60_000;

let timer = 0;
let failures = 0;
let newsAt = Date.now();
let asking = false;

export function start() {
  onSignedOut(showSignedOut);
  keepOnce();
  if (!source()) return;
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : ask()));
  addEventListener("focus", ask);
  addEventListener("online", ask);
  addEventListener("offline", () => showOffline(true));
  onRequestEnd(({ element, status, ok }) => (isLive(element) ? answered(status, ok) : acted(ok)));
  plan();
}

const source = () => document.querySelector("[data-live]");

function ask() {
  stop();
  if (document.hidden || asking || !source()) return;
  asking = true;
  poll(source());
}

function answered(status, ok) {
  asking = false;
  failures = ok ? 0 : failures + 1;
  if (ok && status !== 204) newsAt = Date.now();
  if (status === 401 || status === 403) return; // signed out: asking again would not help
  showOffline(failures > 1);
  plan();
}

/** Something was sent from this page: its ticks will move soon. */
function acted(ok) {
  if (!ok) return;
  newsAt = Date.now();
  plan();
}

function plan() {
  stop();
  if (!document.hidden) timer = setTimeout(ask, pause());
}

function stop() {
  clearTimeout(timer);
}

function pause() {
  if (failures) return Math.min(2000 * 2 ** failures, LONGEST) * (0.75 + Math.random() / 2);
  const quiet = Date.now() - newsAt;
  return quiet < BUSY ? 2000 : quiet < CALM ? 5000 : 15_000;
}

function showOffline(gone) {
  const strip = document.querySelector("[data-offline]");
  if (strip) strip.hidden = !gone;
}

/** Drafts are kept, so signing in again loses nothing. */
function showSignedOut(login) {
  const strip = document.querySelector("[data-offline]");
  const link = document.createElement("a");
  link.href = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "Sign in again";
  strip?.replaceChildren("You were signed out. What you typed is kept. ", link);
  showOffline(true);
}
