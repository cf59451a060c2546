"""What nobody types by accident. Seeded: the same seed gives the same strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

#: A tag and an attribute that our pages never hold: seen unescaped, somebody's words were run.
TAG, ATTRIBUTE = "<hostile", " hostile="

MARKUP = [
    f"{TAG}>x</hostile>",
    f'">{TAG}><script>alert(1)</script>',
    f"'>{TAG} onload=alert(1)>",
    f'"{ATTRIBUTE}"1" onfocus="alert(1)',
    f"'{ATTRIBUTE}'1' onfocus='alert(1)",
    f"</textarea>{TAG}>",
    f"</script>{TAG}>",
    f"<!--{TAG}>-->",
    f"{{{{ 7|add:7 }}}}{TAG}>{{% debug %}}",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#x3c;script&#x3e;",
]
SQL = [
    "' OR '1'='1",
    '" OR ""="',
    "'; DROP TABLE contacts_contact; --",
    "%' ESCAPE '",
    "\\' OR 1=1 --",
    "1) OR (1=1",
    "%_%_%",
    "\\",
]
FORMATS = [
    "%s%s%n",
    "{0.__class__}",
    "{first_name}",
    "${7*7}",
    "%(name)s",
    "%00",
    "\\x00",
    "\\u0000",
]
NUMBERS = [
    "NaN",
    "-1",
    "1e309",
    "9" * 30,
    "٣",
    "²",
    "0x10",
    "1_000",
    "+" * 50,
    "+1 212 555 01",
    "−1",
]
TIMES = ["0000-00-00", "9999-12-31", "10000-01-01", "2026-02-30", "0001-01-01", "12/31/2026"]
PLACES = [
    "../../etc/passwd",
    "//evil.example",
    "\\\\evil",
    "?cursor=",
    "#",
    "eyJ",
    "W10",
    "WyJuIl0",
]
CONTROLS = ["\x00", "\r\n", "\r", "\n", "\t", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\u2028"]
MARKS = ["\u202e", "\u202d", "\u200f", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u0000", "\ufffe"]
SURROGATES = ["\ud800", "\udfff", "\udc00\ud800", "\ud83d"]
EMOJI = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "1️⃣", "\u200d" * 20, "😀" * 50]
LETTERS = ["ß", "İ", "ı", "ﬁ", "Ǆ", "ſ", "K", "Å", "ẞ", "ﷺ", "中文", "Ünïcödé", "ʼn", "ΐ"]
COMMANDS = [
    "sms:",
    "sms: ",
    "sms;",
    "SMS :",
    "smss:",
    "\\sms:",
    "sms:\x00",
    "ѕms: ",
    "STOP",
    "sms:sms:",
]
ADDRESSES = [
    f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 40}.example",
    f"https://{'x' * 60}.example/{'y' * 120}",
    "https://[::1", "a@b", "+44 7700 900123", "mobile: +1 212 555 0123, work: 12",
]  # fmt: skip
FAMILIES = [
    *(MARKUP, SQL, FORMATS, NUMBERS, TIMES, PLACES, CONTROLS, MARKS, SURROGATES, EMOJI),
    *(LETTERS, COMMANDS, ADDRESSES),
]

MEGABYTE = 2**20


def mixture(rng: Random) -> str:
    """Pieces of several families in a row."""
    return "".join(rng.choice(rng.choice(FAMILIES)) for _ in range(rng.randint(1, 6)))


def noise(rng: Random) -> str:
    """Any code points, lone surrogates among them."""
    return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 60)))


def piece(rng: Random) -> str:
    return str(rng.choice(rng.choice(FAMILIES)))


def wrapped(rng: Random) -> str:
    """Ordinary words with something in their middle."""
    return f"See you {piece(rng)} at six"


def flood(rng: Random) -> str:
    """A letter under a tower of accents."""
    return "Z" + "".join(chr(rng.randrange(0x300, 0x370)) for _ in range(rng.choice((50, 3000))))


def very_long(rng: Random) -> str:
    """At and about the lengths that fields have, without a space."""
    letter = rng.choice("aW0ß中😀")
    return letter * (
        rng.choice((40, 80, 100, 120, 160, 170, 200, 254, 500, 5000)) + rng.randint(-1, 1)
    )


def huge(rng: Random) -> str:
    return (rng.choice(["a", "a ", "<b>", "(", "é", "9", "\\"]) * MEGABYTE)[:MEGABYTE]


MAKERS: list[Callable[[Random], str]] = [piece, wrapped, mixture, noise, flood, very_long]
WEIGHTS = [8, 6, 6, 3, 1, 3]


def breakout(rng: Random) -> str:
    """Out of any attribute and any element, and short enough for every field."""
    return f'"\'>{TAG}{ATTRIBUTE}"1"'


def hostile(seed: str, count: int) -> Iterator[str]:
    """`count` strings; in every 200, the first is a megabyte long and the second is markup."""
    rng = Random(seed)
    for place in range(count):
        usual = rng.choices(MAKERS, WEIGHTS)[0]
        yield {0: huge, 1: breakout}.get(place % 200, usual)(rng)
