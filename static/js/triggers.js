/*
 * Which prefix a comment starts with: the rules of messaging/triggers.py, for showing what will
 * happen while somebody types. Advice only, the server decides; tests hold both together.
 */

const COMMAND = /^\s*(?<escape>\\?)(?<word>[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,18})[^\S\n]*:\s*/u;
const FIRST_WORD = /^\s*(?<word>[\p{L}\p{N}\p{M}_]+)(?<rest>[^\p{L}\p{N}\p{M}_])/u;

/**
 * What `text` would do: { kind: "text", trigger, words }, { kind: "odd", trigger } for a prefix
 * that is nearly one, { kind: "escaped", trigger } for "\sms:", or { kind: "comment" }.
 */
export function read(text, triggers) {
  const match = COMMAND.exec(text);
  const trigger = match && triggers.find((one) => one.prefix.toLowerCase() === `${match.groups.word}:`.toLowerCase());
  if (trigger && match.groups.escape) return { kind: "escaped", trigger };
  if (trigger) return { kind: "text", trigger, words: text.slice(match[0].length).trimEnd() };
  const near = triggers.find((one) => resembles(text, one));
  return near ? { kind: "odd", trigger: near } : { kind: "comment" };
}

/**
 * "sms; hi", "smss: hi" and "sms hi" resemble "sms:"; "smith: hi" does not, and neither does "call
 * him on Monday" resemble "call:", or "Viber is off" "viber:".
 */
function resembles(text, { prefix, channel }) {
  const match = FIRST_WORD.exec(text);
  if (!match) return false;
  const name = prefix.replace(/:+$/, "").toLowerCase();
  const word = match.groups.word.toLowerCase();
  if (word === name) return channel === "sms" ? match.groups.rest !== ":" : match.groups.rest === ";";
  return /[:;]/.test(match.groups.rest) && isNearly(word, name);
}

/** One letter doubled, swapped, changed, missing or added. */
function isNearly(word, name) {
  if (Math.abs(word.length - name.length) > 1 || name.length < 3) return false;
  const [shorter, longer] = word.length < name.length ? [word, name] : [name, word];
  if (shorter.length < longer.length) {
    return [...longer].some((_, i) => longer.slice(0, i) + longer.slice(i + 1) === shorter);
  }
  const differing = [...word].filter((char, i) => char !== name[i]).length;
  return differing === 1 || (differing === 2 && sorted(word) === sorted(name));
}

const sorted = (word) => [...word].sort().join("");
