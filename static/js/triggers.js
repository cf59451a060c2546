/* Which prefix a comment starts with. Advice only: the server decides what is sent. */

/**
 * What `text` would do: { kind: "text", trigger, words }, { kind: "odd", trigger } for a prefix
 * that is nearly one, { kind: "escaped" } for "\sms:", or { kind: "comment" }.
 */
export function read(text, triggers) {
  const start = text.trimStart();
  if (start.startsWith("\\")) {
    const found = exact(start.slice(1), triggers);
    return found ? { kind: "escaped", trigger: found } : { kind: "comment" };
  }
  const trigger = exact(start, triggers);
  if (trigger) return { kind: "text", trigger, words: start.slice(trigger.prefix.length).trim() };
  const near = triggers.find((one) => resembles(start, one.prefix));
  return near ? { kind: "odd", trigger: near } : { kind: "comment" };
}

function exact(start, triggers) {
  const lower = start.toLowerCase();
  return triggers.find((one) => lower.startsWith(one.prefix.toLowerCase()));
}

/** "sms;", "sms :", "smss:" and "sms hello" resemble "sms:"; "smith: …" does not. */
function resembles(start, prefix) {
  const word = prefix.replace(/:$/, "").toLowerCase();
  const match = /^([\p{L}\p{N}-]+)(\s*[:;.,，：]|\s)/u.exec(start.toLowerCase());
  if (!match) return false;
  const [, typed, mark] = match;
  if (typed === word) return true;
  return /[:;：]/.test(mark) && word.length > 2 && distance(typed, word) === 1;
}

/** Letters to add, drop, change or swap with their neighbour; exact up to 2. */
function distance(a, b) {
  if (Math.abs(a.length - b.length) > 1) return 2;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  if (restA === restB) return 0;
  const swapped = restA[1] + restA[0] === restB.slice(0, 2) && restA.slice(2) === restB.slice(2);
  const near = swapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
  return near ? 1 : 2;
}
