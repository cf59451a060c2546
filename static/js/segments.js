/*
 * What a text costs on the air: the same rules as messaging/segments.py, for counting while
 * somebody types. The server counts again; tests hold both to the same vectors.
 */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€"); // an escape and a character: two septets

const LIMITS = { "GSM-7": [160, 153], "UCS-2": [70, 67] }; // alone, joined

const LOOKALIKES = {
  "'": "‘’‚‛′`´",
  '"': "“”„‟″«»",
  "-": "‐‑‒–—―−",
  "...": "…",
  " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
  "\n": "\u2028\u2029",
  "": "\u00ad\u200b\u2060\ufeff",
  "<": "‹",
  ">": "›",
  "*": "•",
};
const PLAIN = new Map(
  Object.entries(LOOKALIKES).flatMap(([ours, theirs]) => [...theirs].map((char) => [char, ours])),
);

/** { encoding, units, segments, capacity, culprits }: see Measure in messaging/segments.py. */
export function measure(text) {
  const chars = [...text];
  const culprits = [...new Set(chars.filter((char) => !BASIC.has(char) && !EXTENDED.has(char)))];
  const encoding = culprits.length ? "UCS-2" : "GSM-7";
  const widths = chars.map((char) => width(char, encoding));
  const units = widths.reduce((sum, one) => sum + one, 0);
  const [alone, joined] = LIMITS[encoding];
  if (units <= alone) {
    return { encoding, units, segments: text ? 1 : 0, capacity: alone, culprits };
  }
  const segments = fill(widths, joined);
  return { encoding, units, segments, capacity: segments * joined, culprits };
}

/** `text` with typographic characters replaced by GSM-7 ones that say the same. */
export function plain(text) {
  return [...text.normalize("NFC")].map((char) => PLAIN.get(char) ?? char).join("");
}

function width(char, encoding) {
  if (encoding === "GSM-7") return EXTENDED.has(char) ? 2 : 1;
  return char.length;
}

/** Segments of `room` units needed when nothing two units wide may be split. */
function fill(widths, room) {
  let [segments, used] = [1, 0];
  for (const one of widths) {
    if (used + one > room) [segments, used] = [segments + 1, 0];
    used += one;
  }
  return segments;
}
