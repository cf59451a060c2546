"""What somebody typed in an e-mail: without what it quotes, without signature, without HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: The first line of what we write: an answer that quotes it ends above.
MARK = "Answer above this line"

# “On 27 November 2026, Carol wrote:”, with a date or an hour in it
_ATTRIBUTION = re.compile(
    r"(?=.*\d)(on|am|le|el|il|op|den|em)\b.*\b"
    r"(wrote|schrieb\b.*|écrit|escribió|ha scritto|schreef|skrev\b.*|escreveu)\s?:",
    re.IGNORECASE,
)
_LONGEST = 400  # characters of one
_DIVIDER = re.compile(
    r"_{10,}|-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|forwarded message)\s*-{2,}|begin forwarded message:|--",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\*?(from|von|de|da|van):\*? ?\S.*", re.IGNORECASE)
_DATE = re.compile(r"\*?(sent|date|gesendet|datum|envoyé|enviado|verzonden):", re.IGNORECASE)
_GADGET = re.compile(
    r"(sent from my |von meinem .+ gesendet|envoyé de mon |get outlook for ).*", re.IGNORECASE
)
_BLOCK = {"br", "div", "h1", "h2", "h3", "li", "p", "table", "tr", "ul", "ol"}
_UNSEEN = {"head", "script", "style", "title", "blockquote"}
_ALONE = {"br", "hr", "img", "input", "link", "meta"}  # have no end
_NESTED = 2_000


def typed(body: str) -> str:
    """The words above whatever the mail quotes or ends with."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _ends(line.strip(), lines[place + 1 : place + 3]):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_without_address(kept))).strip()


def _ends(line: str, following: list[str]) -> bool:
    """Whether what somebody typed is over before this line."""
    if MARK in line or _DIVIDER.fullmatch(line) or _GADGET.fullmatch(line):
        return True
    if _HEADER.fullmatch(line):
        return any(_DATE.match(one.strip()) for one in following)
    joined = " ".join([line, *(one.strip() for one in following[:1])])
    return any(
        len(one) <= _LONGEST and _ATTRIBUTION.fullmatch(one) is not None for one in (line, joined)
    )


def _without_address(lines: list[str]) -> list[str]:
    """Without the “…, somebody <address> has written:” of a language we do not know."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    if lines and lines[-1].endswith(":") and "@" in lines[-1]:
        return lines[:-1]
    return lines


def plain(html: str) -> str:
    """The words that a mail program would show of this HTML, but for what it quotes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(lines).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen: list[str] = []  # open elements from the first that nobody sees

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        quoted = "gmail_quote" in (dict(attrs).get("class") or "")
        if self._unseen or tag in _UNSEEN or quoted:
            if tag not in _ALONE and len(self._unseen) < _NESTED:
                self._unseen.append(tag)
        elif tag in _BLOCK:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        elif not self._unseen and tag in _BLOCK - {"br"}:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(" ".join(data.split("\n")))
