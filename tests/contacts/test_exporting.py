"""Lists as files: whole, harmless, and the same again when they come back."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts import custom
from contacts.exporting import delimited, vcards, workbooks
from contacts.exporting.delimited import bare, harmless
from contacts.importing import columns, reading, work
from contacts.models import Company, Contact, ContactImport, CustomField, Phone, Tag
from messaging import consent
from messaging.models import Recipient

ODD = '=1+1 _x0041_ <&> "quoted", a;b\\n\nnext line, Zoë 日本 😀 ' + "x" * 100


@pytest.fixture
def odd(carol: Contact) -> Contact:
    """Carol, with everything that a file could trip over."""
    carol.company = Company.objects.create(name="Finch; Bakery, & Sons")
    carol.notes, carol.email, carol.job_title = ODD.strip(), "carol@mail.example", "-Boss"
    carol.time_zone = "Europe/Berlin"
    carol.save()
    carol.tags.add(Tag.objects.create(name="vip"), Tag.objects.create(name="roof"))
    Phone.objects.create(contact=carol, e164="+442079460123", kind="work")
    Phone.objects.create(contact=carol, e164="+442079460124", kind="other", label="Boat, 2: sea")
    return carol


def exported(browser: Client, kind: str, **query: Any) -> bytes:
    answer = browser.get("/contacts/export/", {"as": kind} | query)
    assert f'filename="contacts.{kind}"' in answer["Content-Disposition"]
    return b"".join(answer)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_what_is_exported_comes_back_as_it_was(
    alices_browser: Client, odd: Contact, kind: str
) -> None:
    raw = exported(alices_browser, kind)
    Contact.objects.all().delete()

    file = SimpleUploadedFile(f"contacts.{kind}", raw)
    address = alices_browser.post("/contacts/import/", {"file": file})["Location"]
    source = ContactImport.objects.latest("pk")
    mapping = {f"column-{n}": field for n, field in enumerate(source.mapping)}
    alices_browser.post(address, mapping)
    work.work()

    back = Contact.objects.get()
    assert (back.name, str(back.company), back.email) == (
        *("Carol Finch", "Finch; Bakery, & Sons", "carol@mail.example"),
    )
    assert (back.notes, back.job_title) == (odd.notes, "-Boss")
    assert back.time_zone == "Europe/Berlin"
    assert set(back.tags.values_list("name", flat=True)) == {"vip", "roof"}
    label = "Boat sea" if kind == "vcf" else "Boat 2 sea"
    assert set(back.phones.values_list("kind", "e164", "label")) == {
        ("mobile", "+12125550123", ""),
        ("work", "+442079460123", ""),
        ("other", "+442079460124", label),
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_what_is_exported_and_comes_back_at_once_changes_nothing(
    alices_browser: Client, odd: Contact, alice: User, kind: str
) -> None:
    typed = {"first_name": "Bo", "email": "bo@mail.example", "tags": "hot; lead, vip"}
    alices_browser.post(
        "/contacts/new/", typed | {"phones-TOTAL_FORMS": 0, "phones-INITIAL_FORMS": 0}
    )
    assert Contact.objects.get(first_name="Bo").tags.count() == 3
    tag = Tag.objects.create(name="vip too")
    more = [{"notes": "One\ntwo"}, {"job_title": "Chef"}, {"company": odd.company}, {}]
    for one in more:
        Contact.objects.create(first_name="Ida", last_name="Holm", owner=alice, **one).tags.add(tag)
    Contact.objects.create(email="nameless@mail.example", owner=alice)
    silent = Contact.objects.create(owner=alice).phones.create(e164="+12125550188")
    consent.opt_out(silent.e164, source="reply", words="STOP")
    before = list(Contact.objects.order_by("pk").values("name", "company", "notes", "job_title"))

    file = SimpleUploadedFile(f"contacts.{kind}", exported(alices_browser, kind))
    page = alices_browser.post("/contacts/import/", {"file": file}, follow=True)
    source = ContactImport.objects.latest("pk")
    mapping = {f"column-{n}": field for n, field in enumerate(source.mapping)}
    alices_browser.post(source.get_absolute_url(), mapping | {"updates": "on"})
    work.work()

    assert {one.outcome.value for one in page.context["preview"]} == {"same"}
    assert set(source.rows.values_list("outcome", flat=True)) == {"same"}
    now = list(Contact.objects.order_by("pk").values("name", "company", "notes", "job_title"))
    assert now == before
    assert consent.is_opted_out(silent.e164)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_no_kind_of_file_forgets_who_said_no_or_a_field_of_ones_own(
    alices_browser: Client, carol: Contact, kind: str
) -> None:
    contact_type = ContentType.objects.get_for_model(Contact)
    field = CustomField.objects.create(
        content_type=contact_type, key="door", label='Door: "the red"; left', type="text"
    )
    custom.keep(carol, {field: "No. 2; rear,\nring twice"})
    consent.opt_out("+12125550123", source="reply", words="STOP")

    header, row = reading.rows(exported(alices_browser, kind))

    cells = dict(zip(columns.guess(header, [field]), row, strict=True))
    assert cells["opted_out"] == "yes"
    assert cells[field.name] == "No. 2; rear,\nring twice"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_an_export_holds_what_the_filters_find(
    alices_browser: Client, carol: Contact, kind: str
) -> None:
    Contact.objects.create(first_name="Ida")

    rows = reading.rows(exported(alices_browser, kind, q="Carol"))

    assert [row[0] for row in rows[1:]] == ["Carol"]


def test_there_is_no_other_kind_of_file(alices_browser: Client) -> None:
    assert alices_browser.get("/contacts/export/?as=exe").status_code == 404


def test_the_page_offers_all_three(alices_browser: Client, carol: Contact) -> None:
    page = alices_browser.get("/contacts/?q=Carol").content.decode()

    for kind in ("csv", "xlsx", "vcf"):
        assert f'href="/contacts/export/?q=Carol&amp;as={kind}"' in page


WORDS = st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=4), min_size=1, max_size=5)


@given(WORDS)
@settings(max_examples=60, deadline=None)
def test_no_cell_of_a_workbook_is_a_formula_and_openpyxl_reads_it(rows: list[list[str]]) -> None:
    raw = b"".join(workbooks.pieces(rows))

    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active

    assert not any(cell.data_type == "f" for row in sheet.rows for cell in row)
    assert sheet.max_row == len(rows)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=60, deadline=None)
def test_cells_come_back_from_a_workbook_as_they_were(words: str) -> None:
    kept = "".join(c for c in words if c >= " " and c not in "\ufffe\uffff\x7f").strip()

    rows = reading.rows(b"".join(workbooks.pieces([["a"], [f"b{kept}"]])))

    assert rows[1] == [f"b{kept}".strip()]


def test_more_rows_than_a_sheet_holds_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)

    raw = b"".join(workbooks.pieces([[str(n)] for n in range(7)]))

    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert [[cell for (cell,) in sheet.values] for sheet in book.worksheets] == [
        *(["0", "1", "2"], ["3", "4", "5"], ["6"]),
    ]


def test_a_workbook_of_nothing_opens() -> None:
    raw = b"".join(workbooks.pieces([]))

    assert openpyxl.load_workbook(io.BytesIO(raw)).active.max_row == 1
    assert zipfile.ZipFile(io.BytesIO(raw)).testzip() is None


def test_a_file_begins_before_the_last_row_is_read() -> None:
    def endless() -> Any:
        while True:
            yield ["Ida"] * 50

    assert next(workbooks.pieces(endless())).startswith(b"PK")
    assert next(delimited.lines(endless()))


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1", "@SUM(1)", "\t=1", "\r=1", "+12 345 678"])
def test_no_cell_of_a_csv_is_a_formula_but_a_phone_stays(cell: str) -> None:
    lines = delimited.lines([[cell, "+12125550123"]])

    assert next(csv.reader(["".join(lines).removeprefix("\ufeff")]))[1] == "+12125550123"
    assert "".join(delimited.lines([[cell]])).lstrip('\ufeff"').startswith("'")


def test_lines_of_a_card_are_short_and_whole(odd: Contact) -> None:
    lines = "".join(vcards.cards([odd])).encode().split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines if line)


def test_custom_fields_stand_at_the_end_as_programs_write_them(
    alices_browser: Client, carol: Contact, django_assert_max_num_queries: Any
) -> None:
    kind = ContentType.objects.get_for_model(Contact)
    budget, since = (
        CustomField.objects.create(
            content_type=kind, key=type_, label=label, type=type_, position=place
        )
        for place, (type_, label) in enumerate({"number": "Budget", "date": "Since"}.items())
    )
    custom.keep(carol, {budget: Decimal("-1250.50"), since: date(2026, 11, 27)})
    Contact.objects.bulk_create([Contact(first_name=f"Person {n}") for n in range(30)])

    with django_assert_max_num_queries(16):
        table = exported(alices_browser, "csv").decode("utf-8-sig").splitlines()

    assert table[0].endswith("Notes,Does not want texts,Budget,Since")
    assert table[1].endswith(",'-1250.5,2026-11-27")
    assert all(line.endswith(",,") for line in table[2:])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_opted_out_is_told_and_opts_out_again_where_it_comes_to(
    alices_browser: Client, odd: Contact, kind: str
) -> None:
    other = Contact.objects.create(first_name="Ida")
    Phone.objects.create(contact=other, e164="+12125550151")
    for phone in ("+12125550151", "+12125550123", "+442079460123"):
        consent.opt_out(phone, source="reply", words="STOP")
    raw = exported(alices_browser, kind)
    Contact.objects.all().delete()
    Recipient.objects.update(opted_out_at=None)  # as on another installation

    file = SimpleUploadedFile(f"contacts.{kind}", raw)
    address = alices_browser.post("/contacts/import/", {"file": file})["Location"]
    source = ContactImport.objects.latest("pk")
    assert "opted_out" in source.mapping
    alices_browser.post(address, {f"column-{n}": one for n, one in enumerate(source.mapping)})
    work.work()

    blocked = set(Recipient.objects.opted_out().values_list("phone", flat=True))
    assert blocked == {"+12125550151", "+12125550123", "+442079460123"}
    assert Phone.objects.filter(e164="+442079460124").exists()


@pytest.mark.parametrize("cell", ["'=1+1", "''=1+1", "'+12125550123", "'Tis", "=1", "- a", "'", ""])
def test_a_cell_comes_back_whatever_it_begins_with(cell: str) -> None:
    assert bare(harmless(cell)) == cell
    assert not harmless(cell).startswith(("=", "-"))
