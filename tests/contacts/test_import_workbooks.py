"""Workbooks: read as a person sees them, Podio's above all, and none that would cost us dear."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.protection import WorkbookProtection

from contacts.importing import columns, people, reading, sheets, workbooks
from contacts.importing.limits import Unreadable

MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"


def saved(book: openpyxl.Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def as_excel_writes(strings: bytes, cells: bytes) -> bytes:
    """The least that Excel itself would save: strings beside the sheet, names with prefixes."""
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = b'<Relationships><Relationship Id="rId1" Type="%s/%s" Target="%s"/>%s</Relationships>'
    beside = b'<Relationship Id="rId2" Type="%s/sharedStrings" Target="sharedStrings.xml"/>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": rels % (relations, b"officeDocument", b"xl/workbook.xml", b""),
        "xl/workbook.xml": b'<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="A" '
        b'sheetId="1" r:id="rId1"/></x:sheets></x:workbook>',
        "xl/_rels/workbook.xml.rels": rels
        % (relations, b"worksheet", b"worksheets/sheet1.xml", beside % relations),
        "xl/sharedStrings.xml": b'<x:sst xmlns:x="m">' + strings + b"</x:sst>",
        "xl/worksheets/sheet1.xml": b'<x:worksheet xmlns:x="m"><x:sheetData>%s</x:sheetData>'
        b"</x:worksheet>" % cells,
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return file.getvalue()


def with_part(name: str, content: bytes, beside: bytes = b"") -> bytes:
    """A small workbook, one part of it replaced."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook([["First name"], ["Ida"]]))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part.endswith(name) else old.read(part))
        if beside:
            new.writestr("xl/media/image1.png", beside, zipfile.ZIP_STORED)
    return file.getvalue()


def test_cells_are_read_as_people_see_them() -> None:
    moments = [dt.date(2026, 11, 27), dt.datetime(2026, 11, 27, 9, 30), dt.time(9, 30)]
    raw = workbook(
        [
            ["Text", "Phone", "Half", "Day", "Moment", "Time", "Yes", "Wrong"],
            [" Zoë <&> 日本 ", 2125550123, 0.5, *moments, True, "#N/A"],
            [None, 2.12555012e9, None, None, None, None, False],
        ]
    )

    rows = reading.rows(raw)

    assert rows[1] == [
        *("Zoë <&> 日本", "2125550123", "0.5", "2026-11-27"),
        *("2026-11-27 09:30:00", "09:30:00", "yes"),
    ]
    assert rows[2] == ["", "2125550120", "", "", "", "", "no"]


def test_text_in_several_fonts_is_one_text() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name"])
    book.active["A2"] = CellRichText("Ida ", TextBlock(InlineFont(b=True), "Holm"))

    assert reading.rows(saved(book)) == [["Name"], ["Ida Holm"]]


def test_texts_kept_beside_the_sheet_are_found_without_their_pronunciation() -> None:
    strings = (
        b"<x:si><x:t>Name</x:t></x:si><x:si><x:r><x:t>Ida </x:t></x:r><x:r><x:t>Holm</x:t></x:r>"
        b"<x:rPh><x:t>aida</x:t></x:rPh></x:si>"
    )
    cells = b"".join(
        b'<x:row><x:c t="s"><x:v>%d</x:v></x:c>'
        b'<x:c t="str"><x:f>A1</x:f><x:v>%d</x:v></x:c></x:row>' % (n, n)
        for n in (0, 1, 0)
    )

    rows = reading.rows(as_excel_writes(strings, cells))

    assert rows == [["Name", "0"], ["Ida Holm", "1"], ["Name", "0"]]
    for broken in (b"9", b"x", b"-3"):
        with pytest.raises(Unreadable, match="cannot be read"):
            reading.rows(
                as_excel_writes(
                    strings, cells + b'<x:row><x:c t="s"><x:v>%s</x:v></x:c></x:row>' % broken
                )
            )


def test_days_counted_from_1904_are_the_same_days() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Day"])
    book.active.append([dt.date(2026, 11, 27)])

    assert reading.rows(saved(book))[1] == ["2026-11-27"]


def test_the_first_visible_sheet_that_holds_anything_is_read() -> None:
    book = openpyxl.Workbook()
    hidden, people_, other = (book.create_sheet(name) for name in ("Hidden", "People", "Other"))
    hidden.sheet_state = "hidden"
    for sheet in (hidden, people_, other):
        sheet.append([f"Name in {sheet.title}"])
        sheet.append(["Ida"])

    assert reading.rows(saved(book))[0] == ["Name in People"]


def test_sheets_that_are_not_read_are_named(alices_browser: Client) -> None:
    book = openpyxl.Workbook()
    book.active.title = "People"
    book.active.append(["Name", "Phone"])
    book.active.append(["Ida", "+12125550150"])
    for name in ("Empty", "Hidden", "Suppliers", *(f"Old {n}" for n in range(6))):
        sheet = book.create_sheet(name)
        if name != "Empty":
            sheet.append(["Name", "Phone"])
    book["Hidden"].sheet_state = "hidden"
    file = SimpleUploadedFile("people.xlsx", saved(book))

    page = alices_browser.post("/contacts/import/", {"file": file}, follow=True)

    told = [str(message) for message in page.context["messages"]]
    assert len(told) == 1
    assert told[0].startswith(
        "Only the first sheet is read. Left out: “Suppliers”, “Old 0”, “Old 1”,"
    )
    assert "“Old 3” and 2 more; save each as a file of its own." in told[0]


def test_one_sheet_is_nothing_to_tell() -> None:
    assert reading.unread(workbook([["Name"], ["Ida"]])) == ""
    assert reading.unread(b"PK\x03\x04broken") == ""
    assert reading.unread(b"Name\nIda\n") == ""


def test_cells_left_empty_keep_the_others_in_their_columns() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C1"] = "First name", "Phone"
    book.active["C5"] = "+12125550123"

    assert reading.rows(saved(book)) == [["First name", "", "Phone"], ["", "", "+12125550123"]]


def test_podios_export_is_understood() -> None:
    header = ["Item ID", "Lead Name", "Company", "Phone", "Email", "Tags", "Created on"]
    row = ["17", "Ida Holm", "Holm Tiles", "mobile: +12125550150, work: +44 20 7946 0123"]
    row += ["work: ida@holm.example, home: ida@mail.example", "vip; roof", "2024-02-01"]

    rows = reading.rows(workbook([header, row]))
    person = people.understand(rows[1], columns.guess(rows[0]))

    assert person.values == {
        "first_name": "Ida",
        "last_name": "Holm",
        "company": "Holm Tiles",
        "email": "ida@holm.example",
    }
    assert [(one.kind, one.e164) for one in person.phones] == [
        ("mobile", "+12125550150"),
        ("work", "+442079460123"),
    ]
    assert person.tags == ["vip", "roof"]


def test_every_cell_is_what_openpyxl_says_it_is() -> None:
    written = [[f"{row}:{column} é" for column in range(30)] for row in range(300)]
    raw = workbook(written)
    book = openpyxl.load_workbook(BytesIO(raw), read_only=True)

    theirs = [[str(cell) for cell in row] for row in book.worksheets[0].values]
    book.close()

    assert reading.rows(raw) == theirs


PAD = os.urandom(200_000)  # so that the ratio of the whole looks harmless


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sheet1.xml", b"<!DOCTYPE a [<!ENTITY a 'aaaa'>]>" + MAIN + END),
        ("sheet1.xml", MAIN + b"<row>" + b"<c/>" * 30_000 + b"</row>" + END),
        ("sheet1.xml", MAIN + b"<row " + b" " * 2**20 + b"/>" + END),
        ("workbook.xml", b"<workbook>" + b"<a/>" * 250_000 + b"</workbook>"),
        ("workbook.xml", b"<workbook>" + b"<a>" * 300),
    ],
)
def test_what_unpacks_to_more_than_people_write_is_refused(
    name: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ELEMENTS", 29_000 if name == "sheet1.xml" else 10**9)

    with pytest.raises(Unreadable, match="unpacks to far more"):
        reading.rows(with_part(name, content, PAD))


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(workbooks, "Workbook")  # whoever opens it, fails

    with pytest.raises(Unreadable, match="unpacks to far more"):
        reading.rows(with_part("sheet1.xml", MAIN + b" " * 10_000_000 + END))


def test_one_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LONGEST", -1)

    with pytest.raises(Unreadable, match="takes too long"):
        reading.rows(workbook([["Name"], ["Ida"]]))


def test_rows_and_columns_at_the_end_of_the_world_cost_nothing() -> None:
    far = MAIN + b'<row r="2147483647"><c r="A2147483647"><v>1</v></c></row>' + END
    wide = MAIN + b'<row r="1"><c r="XFD1"><v>1</v></c></row>' + END

    with pytest.raises(Unreadable, match="nothing in it but a first row"):
        reading.rows(with_part("sheet1.xml", far))
    with pytest.raises(Unreadable, match="More than 200 columns"):
        reading.rows(with_part("sheet1.xml", wide))


def test_no_damaged_workbook_is_an_error_of_ours() -> None:
    raw = workbook([["First name", "Phone"], ["Ida", 2125550150]])
    parts = ["workbook.xml", "sheet1.xml", "styles.xml", ".rels"]
    broken = [raw[:cut] for cut in range(4, len(raw), 97)]
    broken += [with_part(part, content) for part in parts for content in (b"", b"<a", b"\x00")]
    broken += [
        with_part("sheet1.xml", MAIN + cell + END)
        for cell in (
            b'<row><c t="s"><v>99</v></c></row>',
            b'<row><c t="s"><v>x</v></c></row>',
            b"<row><c><v>x</v></c></row>",
            b'<row><c s="1"><v>1e999</v></c></row>',
            b'<row><c r="5"><v>inf</v></c></row>',
        )
    ]

    for content in broken:
        with pytest.raises(Unreadable):
            reading.rows(content)


@pytest.mark.parametrize("name", ["mimetype", "word/document.xml"])
def test_other_files_in_a_zip_are_named(name: str) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(name, "x")

    with pytest.raises(Unreadable, match="no XLSX workbook"):
        reading.rows(file.getvalue())


def test_a_protected_sheet_is_read_all_the_same() -> None:
    book = openpyxl.Workbook()
    book.security = WorkbookProtection(workbookPassword="abc", lockStructure=True)
    book.active.append(["Name"])
    book.active.append(["Ida"])

    assert reading.rows(saved(book))[1] == ["Ida"]
