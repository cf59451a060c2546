"""Files as people have them: what other programs, and other people, did to them."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from contacts.importing import columns, people, reading
from contacts.importing.limits import Unreadable

ROWS = [["Name", "Phone"], ["Ida", "+12125550150"]]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nName;Phone\r\nIda;+12125550150\r\n",
        "\n\nName,Phone\nIda,+12125550150\n",
        "Contacts of November\nName,Phone\nIda,+12125550150\n",
        "Name\rPhone\r".replace("\rP", ",P") + "Ida,+12125550150\r",
    ],
    ids=["sep=", "blank lines", "title", "old Mac"],
)
def test_the_columns_are_found_whatever_stands_above_them(text: str) -> None:
    assert reading.rows(text.encode()) == ROWS


def test_a_title_above_a_sheet_is_no_column() -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    book.active.append(["Contacts of November"])
    book.active.merge_cells("A1:B1")
    for row in ROWS:
        book.active.append(row)
    book.save(file)

    assert reading.rows(file.getvalue()) == ROWS


def test_one_column_has_no_title() -> None:
    assert reading.rows(b"Phone\n+12125550150\n+12125550151\n")[0] == ["Phone"]
    assert reading.rows(b"Phone\n+12125550150,x\n+12125550151,x\n")[0] == ["Phone"]


def test_a_separator_in_a_name_of_a_column_is_none() -> None:
    found = reading.rows(b'Name;"Street, town, country, zip";Phone\nIda;"1, A";+12125550150\n')

    assert found[0] == ["Name", "Street, town, country, zip", "Phone"]


@pytest.mark.parametrize(
    "broken",
    [
        'Ida,"+12125550150\n',
        '"Ida,+12125550150\n',
        'Ida,+12125550150,"no end\n',
    ],
)
@pytest.mark.parametrize("after", ["", 'Kay,+12125550152,"two\nlines"\n'])
def test_a_quote_without_an_end_takes_no_other_row_along(broken: str, after: str) -> None:
    text = f"Name,Phone,Notes\n{broken}Jon,+12125550151,x\nLou,+12125550153,y\n{after}"

    found = reading.rows(text.encode())

    assert [row[0].strip('"') for row in found[1:4]] == ["Ida", "Jon", "Lou"]
    assert found[2] == ["Jon", "+12125550151", "x"]
    if after:
        assert found[4] == ["Kay", "+12125550152", "two\nlines"]


def test_a_quote_without_an_end_in_a_long_list_costs_its_row_alone() -> None:
    rows = "".join(f"Name {n},+1212555{n:04},{'x' * 40}\n" for n in range(5_000))

    found = reading.rows(f'Name,Phone,Notes\nIda,"+12125550150,x\n{rows}'.encode())

    assert len(found) == 5_002


def test_a_list_without_names_of_columns_keeps_its_first_row() -> None:
    found = reading.rows(b"Ida Holm,+1 212 555 0150,ida@mail.example\nJon,212 555 0151,\n")

    assert found[0] == ["", "Phone", "E-mail"]
    assert found[1] == ["Ida Holm", "+1 212 555 0150", "ida@mail.example"]
    assert columns.guess(found[0]) == ["", "phones", "email"]


def test_what_an_export_made_harmless_comes_back_as_it_was() -> None:
    found = reading.rows(b"Name,Notes\n'Tis,'- bring tiles\nO'Neil,'=SUM(1)\n")

    assert found[1:] == [["'Tis", "- bring tiles"], ["O'Neil", "=SUM(1)"]]


def test_a_number_with_decimal_places_is_one_without() -> None:
    person = people.understand(["12125550150.0", "5550150.0"], ["phones", "mobile"])

    assert [one.e164 for one in person.phones] == ["+12125550150"]


@pytest.mark.parametrize("typed", ["1.2125550150E+10", "1,2125550150e10", "2.125550150E+09"])
def test_a_number_that_a_spreadsheet_shortened_is_read_if_all_digits_are_there(typed: str) -> None:
    person = people.understand([typed], ["mobile"])

    assert [one.e164 for one in person.phones] == ["+12125550150"]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n1,2\n", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\nab\ncd\n", "a picture"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML>\n<table>\n<tr><td>Ida</td></tr>\n", "a web page"),
    ],
)
def test_a_file_that_is_no_list_is_called_what_it_is(raw: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=f"This is {kind}, not a list"):
        reading.rows(raw)


def test_headings_of_podio_google_and_german_lists_are_known() -> None:
    header = ["Phone - Mobile", "Phone - Work", "Phone 1 - Value", "E-mail 1 - Value", "Bemerkung"]

    assert columns.guess(header) == ["mobile", "work", "phones", "email", "notes"]
    assert columns.guess(["Handynummer", "Telefonnummer"]) == ["mobile", "phones"]


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b"\n\n,,\n"])
def test_a_file_that_holds_nothing_says_so(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"nothing in it\.$"):
        reading.rows(raw)


def test_what_podio_calls_a_title_is_a_name_where_nothing_else_is() -> None:
    assert columns.guess(["Title", "Phone", "Email"]) == ["name", "phones", "email"]
    assert columns.guess(["Contact", "Title", "Phone"]) == ["name", "job_title", "phones"]
    assert columns.guess(["Job title", "Phone"]) == ["job_title", "phones"]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Smith, John", "John", "Smith"),
        ("van der Berg, Anna Lena", "Anna Lena", "van der Berg"),
        ("O’Neil-Jones,Mary", "Mary", "O’Neil-Jones"),
        ("John Smith, Jr.", "John Smith,", "Jr."),
        ("Smith, MD", "Smith,", "MD"),
        ("John Smith, Jane Smith", "John Smith, Jane", "Smith"),
        ("Smith,", "Smith,", None),
        ("Cher", "Cher", None),
    ],
)
def test_a_whole_name_is_parted(name: str, first: str, last: str | None) -> None:
    values = people.understand([name], ["name"]).values

    assert (values["first_name"], values.get("last_name")) == (first, last)
