"""
XLSX (ECMA-376, part 1, chapter 18) as a stream: rows are packed as they come, and what Excel has
to know of the whole is written last. Every cell is text, so none is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

MOST_ROWS = 1_048_576  # of a sheet; what is more goes on the next
MOST_CHARACTERS = 32_767  # of a cell
BATCH = 500

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: What XML cannot hold, and what Excel would read as the code of a character.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class _Pipe:
    """What ZipFile writes to; it cannot go back, and is emptied as it fills."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def pieces(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The file, some hundred rows at a time."""
    pipe, source, sheets = _Pipe(), iter(rows), 0
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        while (first := next(source, None)) is not None or not sheets:
            sheets += 1
            of_sheet = islice(chain([first or []], source), MOST_ROWS)
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                while batch := list(islice(of_sheet, BATCH)):
                    sheet.write("".join(map(_row, batch)).encode())
                    yield pipe.take()
                sheet.write(b"</sheetData></worksheet>")
        for name, content in _parts(sheets):
            archive.writestr(name, f"{_XML}{content}")
    yield pipe.take()


def _row(cells: Sequence[str]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(words: str) -> str:
    if not words:
        return "<c/>"
    text = _CODE.sub("_x005F_", _UNWRITABLE.sub("\ufffd", words[:MOST_CHARACTERS]))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _parts(sheets: int) -> Iterator[tuple[str, str]]:
    """What names the sheets, and what they are."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{named}</sheets></workbook>',
    )
    led = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations(led)
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    kinds = [("/xl/workbook.xml", "sheet.main")]
    kinds += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in kinds
    )
    rels = f'<Default Extension="rels" ContentType="{_RELS}"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    types = f'<Types xmlns="{_PACKAGE}/content-types">{rels}{xml}{overrides}</Types>'
    yield "[Content_Types].xml", types


_RELS = "application/vnd.openxmlformats-package.relationships+xml"


def _relations(led: list[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(led, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
