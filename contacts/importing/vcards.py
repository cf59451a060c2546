"""
vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350; versit's vCard 2.1), as phones and mail programs write
them: a card becomes a row, its phones one cell in the notation of `contacts.phones`.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BEGIN = re.compile(r"\s*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
_LINE = re.compile(r"\r\n|\r|\n")
_PARAMETER = re.compile(r';((?:[^";:]|"[^"]*")*)')
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_LABEL = re.compile(r"_\$!<(.*)>!\$_")

#: Columns of what is guessed, and of what a person may want; without values they are left out.
HEADER = (
    *("First name", "Last name", "Full name", "Phones", "E-mail", "Company", "Job title", "Tags"),
    *("Time zone", "Notes", "Other e-mails", "Address", "Birthday", "Website", "Nickname"),
)
#: What a phone is said to be -> the word we read again; the first that is said counts.
_KINDS = {
    **dict.fromkeys(("cell", "iphone", "mobile", "text"), "mobile"),
    **{word: word for word in ("pager", "fax", "work", "home", "main")},
}
#: As an export of ours calls who has neither name nor e-mail, or did.
_NAMELESS = {"no name"}
_GLUE = {"Notes": "\n", "First name": " ", "Last name": " "}
_PROPERTIES = {
    "FN": "Full name",
    "TITLE": "Job title",
    "ROLE": "Job title",
    "CATEGORIES": "Tags",
    "TZ": "Time zone",
    "NOTE": "Notes",
    "BDAY": "Birthday",
    "URL": "Website",
    "NICKNAME": "Nickname",
}


@dataclass
class Property:
    """`item1.TEL;TYPE=CELL:+1 …`: its name, its group, its parameters' values, its raw value."""

    name: str
    group: str
    value: str
    types: set[str] = field(default_factory=set)
    parameters: dict[str, str] = field(default_factory=dict)


def is_one(text: str) -> bool:
    return bool(_BEGIN.match(text))


def rows(text: str) -> Iterator[list[str]]:
    """The names of the columns, then a row for each card."""
    found = [_said(card) for card in cards(text) if not _is_group(card)]
    own = dict.fromkeys(name for said in found for name in said if name not in HEADER)
    header = [*(name for name in HEADER if any(name in said for said in found)), *own]
    yield header
    yield from ([said.get(name, "") for name in header] for said in found)


def _is_group(card: list[Property]) -> bool:
    """A list of other cards: nobody."""
    kinds = {"KIND", "X-ADDRESSBOOKSERVER-KIND"}  # RFC 6350; Apple's, in 3.0
    return any(one.name in kinds and one.value.strip().casefold() == "group" for one in card)


def cards(text: str) -> Iterator[list[Property]]:
    """Each card's properties; what stands inside another card's AGENT is no card of its own."""
    card: list[Property] = []
    depth = 0
    for line in _unfolded(text):
        word = "".join(line.split()).upper()
        if word == "BEGIN:VCARD":
            if card and card[-1].name != "AGENT":  # its END is missing
                yield card
                card, depth = [], 0
            depth += 1
        elif word == "END:VCARD" and depth == 1:
            yield card
            card, depth = [], 0
        elif word == "END:VCARD":
            depth = max(depth - 1, 0)
        elif depth == 1 and (found := _property(line)):
            card.append(found)
    yield card


def _unfolded(text: str) -> Iterator[str]:
    """Whole lines: one that begins with space goes on, and so does quoted-printable after =."""
    whole: list[str] = []
    quoted = False
    for line in _LINE.split(text):
        if whole and (quoted or line[:1] in {" ", "\t"}):
            whole.append(line if quoted else line[1:])
        else:
            if whole:
                yield "".join(whole)
            whole = [line]
            quoted = False
        is_quoted = quoted or "QUOTED-PRINTABLE" in whole[0].partition(":")[0].upper()
        quoted = is_quoted and line.endswith("=")
        if quoted:
            whole[-1] = line[:-1]
    if whole:
        yield "".join(whole)


def _property(line: str) -> Property | None:
    """None for what is no property, and for pictures and sounds, which are long."""
    start = re.match(r"\s*(?:([\w-]+)\.)?([\w-]+)", line)
    if not start:
        return None
    found = Property(start[2].upper(), (start[1] or "").casefold(), "")
    if found.name in {"PHOTO", "LOGO", "SOUND", "KEY"}:
        return None
    place = start.end()
    while parameter := _PARAMETER.match(line, place):
        place = parameter.end()
        _note_parameter(found, parameter[1])
    if line[place : place + 1] != ":":
        return None
    found.value = _decoded(line[place + 1 :], found.parameters)
    return found


def _note_parameter(found: Property, parameter: str) -> None:
    """`TYPE=cell,voice`, or, in 2.1, `CELL` alone."""
    name, equals, value = parameter.partition("=")
    name, value = (name.strip().upper(), value.strip(' "')) if equals else ("TYPE", name)
    if name == "TYPE":
        found.types |= {word.strip(' "').casefold() for word in value.split(",")}
    else:
        found.parameters[name] = value
    if name == "PREF":
        found.types.add("pref")


def _decoded(value: str, parameters: dict[str, str]) -> str:
    encoding = parameters.get("ENCODING", "").upper()
    if encoding not in {"QUOTED-PRINTABLE", "Q"}:
        return value
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    for charset in (parameters.get("CHARSET", ""), "utf-8"):
        try:
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


def _said(card: list[Property]) -> dict[str, str]:
    """A card's values by the names of our columns."""
    said: dict[str, list[str]] = {}
    labels = {one.group: _text(one.value) for one in card if one.name == "X-ABLABEL" and one.group}
    emails = sorted(
        (one for one in card if one.name == "EMAIL"), key=lambda one: "pref" not in one.types
    )
    for one in card:
        if column := _PROPERTIES.get(one.name) or _own(one):
            said.setdefault(column, []).append(_text(one.value))
        elif one.name == "TEL":
            said.setdefault("Phones", []).append(_phone(one, labels.get(one.group, "")))
        elif one.name in {"N", "ORG", "ADR"}:
            _take_apart(said, one)
    for number, one in enumerate(emails):
        column = "Other e-mails" if number else "E-mail"
        said.setdefault(column, []).append(_text(one.value).removeprefix("mailto:"))
    if "/" not in said.get("Time zone", [""])[0]:
        said.pop("Time zone", None)  # +01:00 is no place
    joined = {name: _GLUE.get(name, ", ").join(filter(None, said[name])) for name in said}
    if _is_stand_in(joined):
        del joined["Full name"]
    return {name: value for name, value in joined.items() if value}


def _own(one: Property) -> str:
    """What exports of ours say of somebody that vCard has no word for: the column's name."""
    return one.parameters.get("LABEL", "") if one.name == "X-SMSCRM" else ""


def _is_stand_in(said: dict[str, str]) -> bool:
    """A card has to be called something: whoever has no name, by their e-mail or number."""
    name = said.get("Full name", "").strip().casefold()
    if name in _NAMELESS or name == said.get("E-mail", "").casefold():
        return "Full name" in said
    number = re.sub(r"[\s()./-]", "", name).removeprefix("+")
    return number.isdecimal() and number in re.sub(r"\D", "", said.get("Phones", ""))


def _take_apart(said: dict[str, list[str]], one: Property) -> None:
    """Values with parts between semicolons."""
    parts = [_text(part).strip() for part in re.split(r"(?<!\\);", one.value)]
    if one.name == "N":
        parts += [""] * 3
        said["Last name"] = [parts[0]]
        said["First name"] = [" ".join(filter(None, parts[1:3]))]
    elif one.name == "ORG":
        said.setdefault("Company", []).append(parts[0])
    else:
        said.setdefault("Address", []).append(", ".join(filter(None, parts)))


def _phone(one: Property, label: str) -> str:
    """`mobile: +1 …`; what it is called by a person goes before what it is."""
    kind = next((word for said, word in _KINDS.items() if said in one.types), "")
    called = _LABEL.sub(r"\1", label) or kind
    word = re.sub(r"[\W\d_]+", " ", called).strip()[:40]
    number = _text(one.value).strip()
    return f"{word}: {number}" if word else number


def _text(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
