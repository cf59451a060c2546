"""A file's bytes to rows of words, whatever kind it is and however it was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from contacts.importing import columns, delimited, vcards, workbooks
from contacts.importing.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Unreadable

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ZIP = b"PK\x03\x04"  # so does a workbook begin
MOST_NAMED = 5  # sheets
_OLE = b"\xd0\xcf\x11\xe0"  # how Excel's old files begin, and new ones with a password
#: How files begin that are chosen by mistake, in any case of letters -> what they are.
_NO_LISTS = {
    b"%pdf-": "a PDF",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"gif8": "a picture",
    b"{\\rtf": "a text document",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
}
#: By what a first row without names of columns is known.
_CONTENTS = {
    "Phone": re.compile(r"\+?(?:[\s().-]*\d){9,15}"),
    "E-mail": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
}
#: What neither database stores: NUL and lone surrogates.
_ODD = re.compile("[\0\r\ud800-\udfff]")
_UNSTORABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def rows(raw: bytes) -> list[list[str]]:
    """
    The rows that hold anything, the first with the names of the columns; made up where a file has
    none. Raises Unreadable.
    """
    found: list[list[str]] = []
    for cells in _of_its_kind(raw):
        tidy = _tidy(cells)
        while tidy and not tidy[-1]:
            tidy.pop()
        if tidy:
            found.append(tidy)
        _refuse_too_much(len(found), len(tidy))
    while _is_title(found):
        found = found[1:]
    if found and any(map(_content, found[0])):
        found.insert(0, [_content(cell) for cell in found[0]])
    if not found:
        raise Unreadable("There is nothing in it.")
    if len(found) < 2:
        raise Unreadable("There is nothing in it but a first row; that one names the columns.")
    return found


def unread(raw: bytes) -> str:
    """What of a file `rows` leaves out, one sentence; mostly ""."""
    names = workbooks.unread(raw) if raw.startswith(_ZIP) else []
    if not names:
        return ""
    some = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"Only the first sheet is read. Left out: {some}{more}; save each as a file of its own."


def _content(cell: str) -> str:
    """The name of a column that has a phone or an e-mail address in its place, else ""."""
    return next((name for name, content in _CONTENTS.items() if content.fullmatch(cell)), "")


def _is_title(found: list[list[str]]) -> bool:
    """Whether the first row is one cell above the columns, such as “Contacts, November”."""
    if len(found) < 3:
        return False
    first, second = (list(filter(None, row)) for row in found[:2])
    return len(first) == 1 and len(second) > 1 and not any(columns.guess(first))


def _of_its_kind(raw: bytes) -> Iterator[list[str]]:
    if raw.startswith(_OLE):
        raise Unreadable("An old or protected workbook: save it as XLSX without a password.")
    if raw.startswith(_ZIP):
        return workbooks.rows(raw)
    begins = raw[:20].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, kind in _NO_LISTS.items():
        if begins.startswith(mark):
            raise Unreadable(f"This is {kind}, not a list: save the list as CSV or XLSX.")
    text = _decoded(raw)
    return vcards.rows(text) if vcards.is_one(text) else delimited.rows(text)


def _tidy(cells: list[str]) -> list[str]:
    """Storable, with one kind of line end."""
    if _ODD.search("".join(cells)):
        cells = [_storable(cell) for cell in cells]
    return [cell.strip()[:LONGEST_CELL] for cell in cells]


def _storable(cell: str) -> str:
    return cell.translate(_UNSTORABLE).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_too_much(rows: int, columns: int) -> None:
    if rows > MOST_ROWS + 1:
        raise Unreadable(f"More than {MOST_ROWS:,} rows: bring them in several files.")
    if columns > MOST_COLUMNS:
        raise Unreadable(f"More than {MOST_COLUMNS} columns: leave out those that nobody needs.")


def _decoded(raw: bytes) -> str:
    """UTF-8 and UTF-16 by their marks, else UTF-8, else what it looks like, else Windows-1252."""
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(raw[:100_000], cp_isolation=["cp1252", "utf_16_le", "utf_16_be"]).best()
        return raw.decode(best.encoding if best else "cp1252", "replace")
