"""
What a text costs on the air: its alphabet and how many segments it fills.

3GPP TS 23.038 (alphabets) and 23.040 (joined messages), read 2026-11-22: one segment holds 140
octets, that is 160 septets of GSM-7 or 70 UTF-16 units of UCS-2. A longer text loses six octets
of each segment to the header that joins them: 153 or 67 units remain.
"""

import unicodedata
from dataclasses import dataclass

GSM_7 = "GSM-7"
UCS_2 = "UCS-2"

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets
GSM = BASIC | EXTENDED

LIMITS = {GSM_7: (160, 153), UCS_2: (70, 67)}  # alone, joined

LOOKALIKES = {
    "'": "‘’‚‛′`´",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−",
    "...": "…",
    " ": "\t\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))),
    "\n": "\u2028\u2029",
    "": "\u00ad\u200b\u2060\ufeff",
    "<": "‹",
    ">": "›",
    "*": "•",
}
_PLAIN = {ord(char): ours for ours, theirs in LOOKALIKES.items() for char in theirs}


@dataclass(frozen=True, slots=True)
class Measure:
    """
    encoding: "GSM-7" or "UCS-2". units: septets or UTF-16 units. segments: what is billed; 0 for
    an empty text. capacity: units that fit into as many segments. culprits: the distinct
    characters that force UCS-2, in order of appearance.
    """

    encoding: str
    units: int
    segments: int
    capacity: int
    culprits: str


def measure(text: str) -> Measure:
    """How `text` travels. An estimate: a gateway may append words, or count in its own way."""
    culprits = "".join(dict.fromkeys(char for char in text if char not in GSM))
    encoding = UCS_2 if culprits else GSM_7
    widths = _widths(text, encoding)
    units = sum(widths)
    alone, joined = LIMITS[encoding]
    if units <= alone:
        return Measure(encoding, units, 1 if text else 0, alone, culprits)

    segments = _fill(widths, joined)
    return Measure(encoding, units, segments, segments * joined, culprits)


def plain(text: str) -> str:
    """
    `text` with typographic characters replaced by GSM-7 ones that say the same. Letters are never
    changed: an honest “ç” stays and costs what it costs.
    """
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def _widths(text: str, encoding: str) -> list[int]:
    if encoding == GSM_7:
        return [2 if char in EXTENDED else 1 for char in text]
    return [2 if char > "\uffff" else 1 for char in text]


def _fill(widths: list[int], room: int) -> int:
    """Segments of `room` units needed when nothing two units wide may be split."""
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
