"""Custom fields in lists of people: mapped, looked at, stored by the thousand, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts import custom
from contacts.importing import columns, work
from contacts.importing.custom_columns import CustomColumns
from contacts.importing.people import Person
from contacts.models import Contact, ContactImport, CustomField, CustomValue

UPLOAD = "/contacts/import/"
PLANS = [
    {"id": 1, "name": "Silver"},
    {"id": 2, "name": "Gold Plus"},
    {"id": 3, "name": "Old", "gone": True},
]
FIELDS = {
    "street": ("Street & No.", "text", []),
    "rent": ("Rent", "number", []),
    "birthday": ("Birthday", "date", []),
    "plan": ("Plan", "choice", PLANS),
}
HEADER = "First name,Mobile,Street & No.,Rent,Birthday,Plan\n"
Fields = dict[str, CustomField]
Bring = Callable[..., ContactImport]


@pytest.fixture
def fields(db: None) -> Fields:
    """One of each type, on contacts."""
    kind = ContentType.objects.get_for_model(Contact)
    return {
        key: CustomField.objects.create(
            content_type=kind, key=key, label=label, type=type_, options=options, position=place
        )
        for place, (key, (label, type_, options)) in enumerate(FIELDS.items())
    }


@pytest.fixture
def upload(alices_browser: Client) -> Bring:
    """A file, its columns guessed, and nothing stored yet."""

    def uploaded(content: str | bytes) -> ContactImport:
        raw = content.encode() if isinstance(content, str) else content
        alices_browser.post(UPLOAD, {"file": SimpleUploadedFile("people.csv", raw)})
        return ContactImport.objects.latest("pk")

    return uploaded


@pytest.fixture
def bring(upload: Bring, alices_browser: Client) -> Bring:
    """Alice takes the columns as they were guessed, and a worker does the rest."""

    def brought(content: str | bytes) -> ContactImport:
        source = upload(content)
        start(alices_browser, source)
        return source

    return brought


def start(browser: Client, source: ContactImport) -> None:
    mapping = {f"column-{n}": field for n, field in enumerate(source.mapping)}
    browser.post(source.get_absolute_url(), mapping | {"updates": "on"})
    work.work()
    source.refresh_from_db()


def undo(browser: Client, source: ContactImport) -> None:
    browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()
    source.refresh_from_db()


def names(browser: Client, **query: Any) -> list[str]:
    return [contact.name for contact in browser.get("/contacts/", query).context["page"].items]


def plain(contact: Contact) -> dict[str, str]:
    return custom.plain(Contact.objects.get(pk=contact.pk))


def outcomes(source: ContactImport) -> list[tuple[str, str]]:
    return list(source.rows.order_by("line").values_list("outcome", "problem"))


def test_columns_are_guessed_by_label_or_name(fields: Fields) -> None:
    header = ["first NAME", "street no", "RENT", " f-birthday ", "plan", "Rent", ""]

    found = columns.guess(header, custom.current(Contact))

    assert found == ["first_name", "f-street", "f-rent", "f-birthday", "f-plan", "", ""]


def test_a_field_goes_before_another_word_for_a_column_of_ours(fields: Fields) -> None:
    fields["street"].label, fields["plan"].label = "Role", "Notes"

    found = columns.guess(["Role", "Notes", "Notes", "Position"], list(fields.values()))

    assert found == ["f-street", "notes", "f-plan", "job_title"]


def test_fields_that_differ_by_signs_alone_are_told_apart(fields: Fields) -> None:
    fields["street"].label, fields["rent"].label, fields["plan"].label = "A+", "A-", "€"

    found = columns.guess(["A-", "A+", "€", "?"], list(fields.values()))

    assert found == ["f-rent", "f-street", "f-plan", ""]


def test_the_mapping_offers_current_fields_of_contacts(
    fields: Fields, upload: Bring, alices_browser: Client
) -> None:
    CustomField.objects.filter(key="plan").update(archived_at=timezone.now())
    source = upload("First name,Rent,Plan\nIda,5,Silver\n")

    page = alices_browser.get(source.get_absolute_url()).content.decode()

    assert source.mapping == ["first_name", "f-rent", ""]
    assert '<option value="f-rent" selected>Rent</option>' in page
    assert '<option value="f-street">Street &amp; No.</option>' in page
    assert "f-plan" not in page
    assert page.count("Fields of your own") == 3


def test_the_preview_shows_values_and_says_what_cannot_be_read(
    fields: Fields, upload: Bring, alices_browser: Client
) -> None:
    source = upload(
        f"{HEADER}Ida,2125550150,Mill Lane 4,1250.50,1990-03-01,gold  PLUS\n"
        "Jon,2125550151,,a lot,soon,Bronze\n,12,,5,,\n"
    )

    page = alices_browser.get(source.get_absolute_url()).content.decode()
    cells = re.findall(r'<td data-label="([^"]*)">([^<]*)</td>', page)

    for cell in (
        *(("Street &amp; No.", "Mill Lane 4"), ("Rent", "1,250.5")),
        *(("Birthday", "1 Mar 1990"), ("Plan", "Gold Plus")),
    ):
        assert cell in cells
    assert (
        "Left out: Rent, “a lot” is no number such as 1250 or 12.5; Birthday, “soon” is no date "
        "such as 2026-11-27; Plan, “Bronze” is not among its options." in page
    )
    assert [cells.count((label, "")) for label in ("Rent", "Plan")] == [2, 2]
    assert not CustomValue.objects.exists()


@pytest.mark.parametrize(
    ("key", "cell", "kept"),
    [
        ("street", "'=1+1", "=1+1"),
        ("street", "'s Gravenhage", "'s Gravenhage"),
        ("rent", "1250", "1250"),
        ("rent", "'-12.50", "-12.5"),
        ("rent", "1E3", "1000"),
        ("rent", "-0", "0"),
        ("rent", "33.330000000000005", "33.33"),
        ("birthday", "2026-11-27", "2026-11-27"),
        ("birthday", "20261127", "2026-11-27"),
        ("birthday", "2026-11-27 13:45:00", "2026-11-27"),
        ("birthday", "2026-11-27T13:45:00.5+02:00", "2026-11-27"),
        ("birthday", "27 Nov 2026", "2026-11-27"),
        ("birthday", "November 27, 2026", "2026-11-27"),
        ("birthday", "2026/11/27", "2026-11-27"),
        ("rent", "12,5", "12.5"),
        ("rent", "1.250,50", "1250.5"),
        ("rent", "1,250.50", "1250.5"),
        ("rent", "1.250.000", "1250000"),
        ("rent", "1’250.5", "1250.5"),
        ("rent", "−1 250,5 €", "-1250.5"),
        ("rent", "$1,250", "1250"),
        ("rent", "€5", "5"),
        ("birthday", "3.4.2026", "2026-04-03"),
        ("birthday", "3/25/2026", "2026-03-25"),
        ("birthday", "25/3/2026", "2026-03-25"),
        ("birthday", "4/4/2026", "2026-04-04"),
        ("birthday", "27-Nov-2026", "2026-11-27"),
        ("plan", "SILVER", "1"),
    ],
)
def test_what_can_be_read(fields: Fields, key: str, cell: str, kept: str) -> None:
    person = Person()

    CustomColumns([fields[key].name], {}).fill(person, [cell])

    assert person.custom == {fields[key].pk: kept}
    assert person.left_out == ""


@pytest.mark.parametrize(
    ("key", "cell", "why"),
    [
        ("street", "x" * 501, "has more than 500 characters"),
        *(
            ("rent", cell, "no number")
            for cell in ("1,250", "€1.250", "NaN", "Infinity", "1 2", "'")
        ),
        ("rent", "1" * 12, "longer number"),
        ("rent", "1e999999", "longer number"),
        ("rent", f"{'1' * 40}.00001", "longer number"),
        *(
            ("birthday", cell, "no date")
            for cell in (
                "13/13/2026",
                "11.27.2026",
                "2026-02-30",
                "20261399",
                "45992",
                "2026",
                "13:45:00",
            )
        ),
        ("birthday", "2026-11-27 or so", "no date"),
        ("birthday", "3/4/2026", "may be two days: write 2026-03-04 or 2026-04-03"),
        ("plan", "Old", "not among its options"),
        ("plan", "1", "not among its options"),
    ],
)
def test_what_cannot_be_read(fields: Fields, key: str, cell: str, why: str) -> None:
    person = Person()

    CustomColumns([fields[key].name], {}).fill(person, [cell])

    assert person.custom == {}
    assert person.left_out.startswith(f"Left out: {fields[key].label}, “")
    assert why in person.left_out


def test_of_two_columns_texts_are_joined_and_of_others_the_first_that_says_anything_counts(
    fields: Fields,
) -> None:
    street, rent = fields["street"], fields["rent"]
    mapping = [street.name, rent.name, street.name, rent.name, rent.name]
    person = Person()

    CustomColumns(mapping, {}).fill(person, ["Mill Lane", "", "4", "5", "6"])

    assert person.custom == {street.pk: "Mill Lane 4", rent.pk: "5"}


@pytest.mark.storage
def test_new_contacts_have_them_and_lists_find_them(
    fields: Fields, bring: Bring, alices_browser: Client
) -> None:
    source = bring(
        f"{HEADER}Ida,2125550150,MÜLLERSTR. 9,1250.50,1990-03-01,gold plus\n"
        "Jon,2125550151,,9,2001-01-01,Bronze\n"
    )
    ida, jon = Contact.objects.order_by("first_name")

    assert plain(ida) == {
        "street": "MÜLLERSTR. 9",
        "rent": "1250.5",
        "birthday": "1990-03-01",
        "plan": "Gold Plus",
    }
    assert plain(jon) == {"rent": "9", "birthday": "2001-01-01"}
    assert outcomes(source) == [
        ("created", ""),
        ("created", "Left out: Plan, “Bronze” is not among its options."),
    ]
    assert names(alices_browser, **{"f-street": "müller"}) == ["Ida"]
    assert names(alices_browser, **{"f-rent-from": "10", "f-rent-to": "2000"}) == ["Ida"]
    assert names(alices_browser, **{"f-birthday-to": "1999-12-31"}) == ["Ida"]
    assert names(alices_browser, **{"f-plan": "2"}) == ["Ida"]
    assert names(alices_browser, **{"f-rent-from": "9"}) == ["Ida", "Jon"]


def test_rows_stored_without_a_cell_are_found_again(
    fields: Fields, bring: Bring, alices_browser: Client
) -> None:
    source = bring("First name,Rent\nIda,a lot\nJon,5\n")

    page = alices_browser.get(f"{source.get_absolute_url()}?show=partly")

    assert [str(row.contact) for row in page.context["page"].items] == ["Ida"]
    assert "Rent, “a lot” is no number" in page.content.decode()
    assert page.context["partly"] == 1

    whole = alices_browser.get(bring("First name\nKay\n").get_absolute_url())
    assert "left out" not in whole.content.decode()


@pytest.fixture
def known(fields: Fields, carol: Contact) -> Contact:
    """Carol, with everything but a street."""
    news = {"rent": Decimal("500.25"), "birthday": date(1985, 12, 24), "plan": "1"}
    custom.keep(carol, {fields[key]: value for key, value in news.items()})
    return carol


@pytest.mark.storage
def test_whom_we_know_keeps_what_the_list_does_not_say(
    fields: Fields, bring: Bring, known: Contact, alices_browser: Client
) -> None:
    before = set(CustomValue.objects.values_list("pk", flat=True))

    source = bring(f"{HEADER},+12125550123,Mill Lane 4,700,,Bronze\n")

    assert plain(known) == {
        "street": "Mill Lane 4",
        "rent": "700",
        "birthday": "1985-12-24",
        "plan": "Silver",
    }
    street, rent = str(fields["street"].pk), str(fields["rent"].pk)
    assert source.rows.get().before["custom"] == {
        street: ["", "Mill Lane 4"],
        rent: ["500.25", "700"],
    }
    assert before < set(CustomValue.objects.values_list("pk", flat=True))
    assert names(alices_browser, **{"f-rent-from": "600"}) == ["Carol Finch"]
    assert names(alices_browser, **{"f-rent-to": "600"}) == []


@pytest.mark.storage
def test_each_type_is_changed_and_brought_back(
    fields: Fields, bring: Bring, known: Contact, alices_browser: Client
) -> None:
    was = plain(known)
    source = bring(f"{HEADER},+12125550123,Mill Lane 4,-7.125,2001-02-03,Gold Plus\n")
    assert plain(known) == {
        "street": "Mill Lane 4",
        "rent": "-7.125",
        "birthday": "2001-02-03",
        "plan": "Gold Plus",
    }
    assert names(alices_browser, **{"f-birthday-from": "2001-02-03"}) == ["Carol Finch"]
    assert names(alices_browser, **{"f-rent-to": "-7"}) == ["Carol Finch"]

    undo(alices_browser, source)

    assert plain(known) == was
    assert outcomes(source) == [("undone", "")]
    assert names(alices_browser, **{"f-street": "mill"}) == []
    assert names(alices_browser, **{"f-plan": "1"}) == ["Carol Finch"]
    assert names(alices_browser, **{"f-rent-from": "500.25"}) == ["Carol Finch"]


def test_whom_we_know_and_leave_alone_keeps_everything(
    fields: Fields, upload: Bring, known: Contact, alices_browser: Client
) -> None:
    was = plain(known)
    source = upload("Mobile,Rent\n+12125550123,700\n")
    mapping = {f"column-{n}": field for n, field in enumerate(source.mapping)}

    alices_browser.post(source.get_absolute_url(), mapping)
    work.work()

    assert plain(known) == was
    assert outcomes(source) == [("skipped", "We know them already.")]


@pytest.mark.storage
@pytest.mark.parametrize("chunk", [1, 100])
def test_who_stands_twice_in_a_list_is_undone_step_by_step(
    fields: Fields,
    bring: Bring,
    known: Contact,
    alices_browser: Client,
    chunk: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", chunk)
    was = plain(known)
    source = bring(
        f"{HEADER},+12125550123,Mill 1,1,,\n,+12125550123,Mill 2,2,,\n"
        "Ida,2125550150,Oak 1,3,,\nIda,2125550150,Oak 2,4,2001-02-03,\n"
    )
    ida = Contact.objects.get(first_name="Ida")
    assert plain(known) | {"street": "Mill 2", "rent": "2"} == plain(known)
    assert plain(ida) == {"street": "Oak 2", "rent": "4", "birthday": "2001-02-03"}

    undo(alices_browser, source)

    assert plain(known) == was
    assert list(Contact.objects.all()) == [known]
    assert CustomValue.objects.count() == 3


@pytest.mark.storage
def test_what_somebody_changed_since_stays(
    fields: Fields, bring: Bring, known: Contact, alices_browser: Client
) -> None:
    source = bring(f"{HEADER},+12125550123,Mill Lane 4,700,,\nIda,2125550150,,9,,\n")
    ida = Contact.objects.get(first_name="Ida")
    custom.keep(known, {fields["rent"]: Decimal(800)})
    custom.keep(ida, {fields["rent"]: Decimal(10)})

    undo(alices_browser, source)

    assert plain(known) == {"rent": "800", "birthday": "1985-12-24", "plan": "Silver"}
    assert plain(ida) == {"rent": "10"}
    assert [outcome for outcome, _ in outcomes(source)] == ["undone", "kept"]


def test_a_field_archived_before_the_worker_comes_is_left_out(
    fields: Fields, upload: Bring, alices_browser: Client
) -> None:
    upload("First name,Rent,Street\nIda,5,Oak 1\n")
    CustomField.objects.filter(key="rent").update(archived_at=timezone.now())
    ContactImport.objects.update(state="running")

    work.work()

    assert plain(Contact.objects.get()) == {"street": "Oak 1"}


def test_a_day_and_a_number_of_a_workbook_are_read(fields: Fields, bring: Bring) -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    book.active.append(["First name", "Birthday", "Rent"])
    book.active.append(["Ida", date(1990, 3, 1), 1.1 * 3])
    book.active.append(["Jon", datetime(1991, 4, 2, 13, 45), -7])
    book.save(file)

    bring(file.getvalue())

    ida, jon = Contact.objects.order_by("first_name")
    assert plain(ida) == {"birthday": "1990-03-01", "rent": "3.3"}
    assert plain(jon) == {"birthday": "1991-04-02", "rent": "-7"}


def test_the_birthday_on_a_card_is_read(fields: Fields, bring: Bring) -> None:
    bring(b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ida Holm\r\nBDAY:19900301\r\nEND:VCARD\r\n")

    assert plain(Contact.objects.get()) == {"birthday": "1990-03-01"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_comes_back_by_itself(
    fields: Fields, bring: Bring, known: Contact, alices_browser: Client, kind: str
) -> None:
    custom.keep(known, {fields["street"]: "=Oak 1", fields["rent"]: Decimal("-12.5")})
    was = plain(known)
    raw = b"".join(alices_browser.get("/contacts/export/", {"as": kind}))

    again = bring(raw)
    assert again.rows.get().before.get("custom") is None  # nothing new in it
    Contact.objects.all().delete()
    bring(raw)

    assert plain(Contact.objects.get()) == was


@pytest.mark.storage
def test_more_rows_take_no_more_statements(
    fields: Fields, bring: Bring, known: Contact, alices_browser: Client
) -> None:
    def statements(first: int, count: int) -> tuple[int, int]:
        """Of an import, half of it of people who are there, and of its undo."""
        Contact.objects.bulk_create(
            Contact(first_name=f"P{n}", email=f"p{n}@mail.example")
            for n in range(first, first + count, 2)
        )
        rows = "".join(
            f"P{n},p{n}@mail.example,Mill {n},{n}.5,1990-03-01,Silver\n"
            for n in range(first, first + count)
        )
        with CaptureQueriesContext(connection) as storing:
            source = bring(f"First name,E-mail,Street,Rent,Birthday,Plan\n{rows}")
        assert CustomValue.objects.count() == 3 + 4 * count
        with CaptureQueriesContext(connection) as undoing:
            undo(alices_browser, source)
        assert CustomValue.objects.count() == 3
        return ours(storing), ours(undoing)

    def ours(asked: CaptureQueriesContext) -> int:
        """Without what is asked by the clock, such as who listens to changes."""
        return sum("contacts_" in one["sql"] for one in asked)

    assert statements(0, 20) == statements(1000, 90)


def test_a_list_without_them_asks_for_none_of_their_values(fields: Fields, bring: Bring) -> None:
    with CaptureQueriesContext(connection) as asked:
        source = bring("First name,Mobile\nIda,2125550150\n")

    assert "custom" not in source.rows.get().before
    assert not [one for one in asked if "customvalue" in one["sql"]]
    assert len([one for one in asked if "contacts_customfield" in one["sql"]]) <= 2


def test_a_list_that_says_nothing_new_says_so(
    fields: Fields, upload: Bring, alices_browser: Client
) -> None:
    text = "First name,Phone,Company,Tags,Plan\nIda,212 555 0151,Reed Roofs,spring,Gold Plus\n"
    start(alices_browser, upload(text))
    text += "Ida,212 555 0151,Reed roofs,Spring,Gold Plus\n"
    text += "Ida,212 555 0151,Reed Roofs,autumn,Gold Plus\n"
    source = upload(text + "Ida,212 555 0151,,,Silver\n")
    preview = alices_browser.get(source.get_absolute_url()).content.decode()

    start(alices_browser, source)
    stored = [word for word, _ in outcomes(source)]
    about = names(alices_browser, imported=source.pk)
    undo(alices_browser, source)

    assert about == ["Ida"]
    assert names(alices_browser, imported=source.pk) == []
    assert "Of all 4 rows, 2 would be updated, 2 unchanged." in preview
    assert stored == ["same", "same", "updated", "updated"]
    assert [word for word, _ in outcomes(source)] == ["same", "same", "undone", "undone"]
    ida = Contact.objects.get()
    assert ida.tags.get().name == "spring"
    assert plain(ida)["plan"] == "Gold Plus"


@pytest.mark.parametrize(
    ("cells", "days", "left_out"),
    [
        (["3/4/2026", "11/27/2026"], ["2026-03-04", "2026-11-27"], 0),
        (["3/4/2026", "27/11/2026"], ["2026-04-03", "2026-11-27"], 0),
        (["3/4/2026", "4/3/2026"], [], 2),
        (["3/4/2026", "11/27/2026", "27/11/2026"], ["2026-11-27", "2026-11-27"], 1),
        (["5/5/2026", "2026-04-03"], ["2026-05-05", "2026-04-03"], 0),
    ],
)
def test_a_column_tells_whether_days_or_months_stand_first(
    bring: Bring, fields: Fields, cells: list[str], days: list[str], left_out: int
) -> None:
    rows = "".join(f"Ida {n},212 555 {n:04},{cell}\n" for n, cell in enumerate(cells))

    source = bring(f"First name,Mobile,Birthday\n{rows}")

    values = CustomValue.objects.filter(field=fields["birthday"]).order_by("object_id")
    assert [value.day.isoformat() for value in values if value.day] == days
    assert source.rows.exclude(problem="").count() == left_out
