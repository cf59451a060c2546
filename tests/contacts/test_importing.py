"""Lists of people out of files: read, looked at, stored once, and undone."""

from __future__ import annotations

import csv
import gc
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import validate_email
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts import merging
from contacts.importing import columns, foreseen, people, reading, rows, work, writing
from contacts.models import (
    Comment,
    Company,
    Contact,
    ContactImport,
    Deal,
    ImportRow,
    Phone,
    SavedView,
    Tag,
)
from messaging import consent
from messaging.models import Broadcast, ConsentEvent, Message, Number, Recipient, Recurrence

UPLOAD = "/contacts/import/"
Bring = Callable[..., ContactImport]

LIST = """First name,Last name,Phone,E-mail,Company,Tags,Opt out
Ida,Holm,"mobile: (212) 555-0150, work: +44 20 7946 0123",ida@mail.example,Holm Tiles,"vip, roof",
Jon,Dale,212 555 0151,,,,yes
Kay,Reed,12,,,,
,,,not-an-address,,,
"""


@pytest.fixture
def bring(alices_browser: Client) -> Bring:
    """Alice uploads it, takes the columns as they were guessed, and a worker does the rest."""

    def brought(content: str | bytes, **more: Any) -> ContactImport:
        raw = content.encode() if isinstance(content, str) else content
        answer = alices_browser.post(UPLOAD, {"file": SimpleUploadedFile("people.csv", raw)})
        source = ContactImport.objects.latest("pk")
        mapping = {f"column-{n}": field for n, field in enumerate(source.mapping)}
        alices_browser.post(answer["Location"], mapping | {"updates": "on"} | more)
        work.work()
        source.refresh_from_db()
        return source

    return brought


def outcomes(source: ContactImport) -> list[tuple[int, str]]:
    return list(source.rows.order_by("line").values_list("line", "outcome"))


def test_a_list_becomes_contacts_and_broken_rows_say_why(bring: Bring) -> None:
    source = bring(LIST)

    ida = Contact.objects.get(first_name="Ida")
    phones = set(ida.phones.values_list("kind", "e164", "is_primary"))
    assert source.state == ContactImport.State.DONE
    assert outcomes(source) == [(2, "created"), (3, "created"), (4, "created"), (5, "skipped")]
    assert phones == {("mobile", "+12125550150", True), ("work", "+442079460123", False)}
    assert (str(ida.company), ida.email) == ("Holm Tiles", "ida@mail.example")
    assert set(ida.tags.values_list("name", flat=True)) == {"vip", "roof"}
    assert "not-an-address" in source.rows.get(line=5).problem


def workbook() -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    book.active.append(["Lead Name", "Phone", "Opt out"])
    book.active.append(["Ida Holm", "mobile: +12125550150, work: +442079460123", True])
    book.save(file)
    return file.getvalue()


CARD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Ida Holm\r\nTEL;CELL:+1 212-555-0150\r\n"
    b"TEL;WORK:+44 20 7946 0123\r\nEND:VCARD\r\n"
)


@pytest.mark.parametrize("content", [workbook(), CARD], ids=["XLSX", "vCard"])
def test_workbooks_and_cards_go_the_same_way_and_back(
    bring: Bring, alices_browser: Client, content: bytes
) -> None:
    source = bring(content)

    ida = Contact.objects.get()
    phones = set(ida.phones.values_list("kind", "e164"))
    assert (ida.first_name, ida.last_name) == ("Ida", "Holm")
    assert phones == {("mobile", "+12125550150"), ("work", "+442079460123")}
    assert Recipient.objects.opted_out().count() == (2 if content != CARD else 0)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert not Contact.objects.exists()
    assert Recipient.objects.opted_out().count() == (2 if content != CARD else 0)


def test_who_said_no_in_the_list_is_not_texted_and_nobody_is_brought_back(
    bring: Bring, carol: Contact
) -> None:
    bring("Phone,Opt out\n212 555 0151,yes\n")
    bring("Phone,Opt out\n212 555 0151,no\n")

    assert Recipient.objects.get(phone="+12125550151").opted_out_at
    assert not Recipient.objects.filter(phone="+12125550123", opted_out_at__isnull=False)


@pytest.mark.parametrize(
    ("cell", "is_silent"),
    [
        *[
            (cell, True)
            for cell in ("Opted-Out", "2025-03-04", "x", "TRUE", "Unsubscribed by text")
        ],
        *[(cell, False) for cell in ("", "No", "0", "FALSE", "n/a", "Subscribed")],
    ],
)
def test_a_cell_that_does_not_say_they_want_texts_says_no(
    bring: Bring, alices_browser: Client, cell: str, is_silent: bool
) -> None:
    source = bring(f"Name,Phone,SMS Opt-Out\nIda,212 555 0151,{cell}\n")
    source.state = ContactImport.State.MAPPING
    source.save()
    rows.keep(source, [["Ida", "212 555 0151", cell]], 1)
    page = alices_browser.get(source.get_absolute_url()).content.decode()

    assert Recipient.objects.opted_out().exists() is is_silent
    assert ("Not to be texted" in page) is is_silent


@pytest.mark.parametrize(
    "row", ["212 555 0151,nonsense@,yes", "home: 12; mobile: 212 555 0151,,yes"]
)
def test_who_said_no_in_a_row_with_a_bad_cell_is_not_texted_either(bring: Bring, row: str) -> None:
    source = bring(f"Phone,E-mail,Opt out\n{row}\n")

    assert outcomes(source) == [(2, "created")]
    assert Recipient.objects.get(phone="+12125550151").opted_out_at


def test_who_said_no_by_e_mail_is_not_texted_on_the_phones_we_know(
    bring: Bring, carol: Contact
) -> None:
    carol.email = "carol@mail.example"
    carol.save()

    bring("E-mail,Opt out\nCarol@mail.example,yes\n")

    assert Recipient.objects.get(phone="+12125550123").opted_out_at


TOO_LONG = {
    "E-mail": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.example",
    "First name": "n" * 81,
    "Name": f"Ida {'n' * 81}",
    "Title": "t" * 121,
    "Company": "c" * 121,
    "Tags": "t" * 41,
    "Notes": "n" * 10_001,
    "Phone": ",".join(f"+121255501{n:02}" for n in range(21)),
}


@pytest.mark.storage
@pytest.mark.parametrize("column", TOO_LONG)
def test_a_value_too_long_for_its_field_is_left_out_alone(bring: Bring, column: str) -> None:
    source = bring(f'Mobile,{column}\n2125550171,"{TOO_LONG[column]}"\n2125550172,\n')

    assert outcomes(source) == [(2, "created"), (3, "created")]
    assert re.match("Left out: .*more than ", source.rows.get(line=2).problem)
    assert Contact.objects.count() == 2


REFUSING = {
    "sqlite": """CREATE TRIGGER refusing BEFORE INSERT ON contacts_phone
        WHEN NEW.e164 = '+12125550171' BEGIN SELECT RAISE(ABORT, 'not this one'); END""",
    "postgresql": """ALTER TABLE contacts_phone
        ADD CONSTRAINT refusing CHECK (e164 <> '+12125550171')""",
}


@pytest.mark.storage
def test_a_row_the_database_refuses_is_skipped_alone(bring: Bring) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])

    source = bring("Mobile\n2125550170\n2125550171\n2125550172\n")

    assert outcomes(source) == [(2, "created"), (3, "skipped"), (4, "created")]
    assert "IntegrityError" in source.rows.get(line=3).problem
    assert Contact.objects.count() == 2


@pytest.mark.storage
def test_one_refused_among_many_does_not_cost_a_try_for_each(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    store, tries = work.storing.store, []

    def counted(rows: Any, *given: Any, **more: Any) -> None:
        tries.append(len(rows))
        store(rows, *given, **more)

    monkeypatch.setattr(work.storing, "store", counted)
    source = bring("Mobile\n" + "".join(f"2125550{n}\n" for n in range(140, 204)))

    assert source.rows.filter(outcome="created").count() == 63
    assert list(source.rows.filter(outcome="skipped").values_list("line", flat=True)) == [33]
    assert len(tries) == 13  # 64, then 32 and 32, 16 and 16 of those with it, …


@pytest.mark.storage
def test_an_import_that_fails_is_stopped_and_the_next_one_runs(
    bring: Bring, alices_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    understand = work.people.understand

    def stumbles(cells: list[str], mapping: list[str]) -> Any:
        if cells == ["Ida"]:
            raise RuntimeError
        return understand(cells, mapping)

    monkeypatch.setattr(work.people, "understand", stumbles)
    first, second = bring("First name\nIda\n"), bring("First name\nJon\n")

    page = alices_browser.get(f"{UPLOAD}{first.pk}/").content.decode()
    assert (first.state, second.state) == ("failed", "done")
    assert "inside smscrm (RuntimeError)" in page
    assert not ContactImport.objects.at_work().exists()

    monkeypatch.undo()
    alices_browser.post(f"{UPLOAD}{first.pk}/resume/")
    work.work()

    first.refresh_from_db()
    assert (first.state, first.problem, outcomes(first)) == ("done", "", [(2, "created")])


ADDRESSES = [
    *("a@b.de", "a.b+c_d-e@mail.b2.example", "A@B.DE", "a..b@c.de", ".a@b.de", "a.@b.de", "a@b"),
    *("a@b.c", "a@-b.de", "a@b..de", "a b@c.de", "a@b.de ", "\u212a@b.de", "a@b\u00fccher.de"),
    *(
        f"a@{'b' * 63}.de",
        f"a@{'b' * 64}.de",
        "a@b.d3",
        "a@1.2.3.4",
        "@b.de",
        "a@b.de\n",
        "a,b@c.de",
    ),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_without_a_second_look_is_one_django_takes(address: str) -> None:
    if people._ORDINARY.fullmatch(address):
        validate_email(address)
    else:
        assert address not in ADDRESSES[:3]


def test_garbage_is_collected_again_after_a_chunk(bring: Bring) -> None:
    collected = gc.isenabled()

    bring("First name\nIda\n")

    assert gc.isenabled() is collected is True


def test_the_database_has_its_own_cache_again_after_an_import(bring: Bring) -> None:
    def cache() -> Any:
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA cache_size").fetchone()

    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite keeps a cache for each connection.")
    with writing.roomy():
        assert cache() == (-writing.CACHE_KB,)
    before = cache()

    bring("First name\nIda\n")

    assert cache() == before != (-writing.CACHE_KB,)


def test_an_import_that_meets_a_busy_database_waits_for_the_next_call(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(work.storing, "store", busy)
        source = bring("First name\nIda\n")
    assert source.state == "running"

    work.work()

    assert outcomes(source) == [(2, "created")]


def test_an_import_that_is_done_cannot_go_on(bring: Bring, alices_browser: Client) -> None:
    source = bring("First name\nIda\n")

    alices_browser.post(f"{UPLOAD}{source.pk}/resume/")

    source.refresh_from_db()
    assert source.state == "done"


def test_whom_we_know_is_filled_in_and_not_doubled(bring: Bring, carol: Contact) -> None:
    source = bring("First name,Mobile,Home phone,Title\nCaro,+12125550123,212 555 0188,Baker\n")

    carol.refresh_from_db()
    assert Contact.objects.count() == 1
    assert (carol.first_name, carol.last_name, carol.job_title) == ("Caro", "Finch", "Baker")
    assert carol.phones.count() == 2
    assert outcomes(source) == [(2, "updated")]


def test_or_left_as_they_are(bring: Bring, carol: Contact) -> None:
    source = bring("First name,Mobile\nCaro,+12125550123\n", updates="")

    carol.refresh_from_db()
    assert carol.first_name == "Carol"
    assert outcomes(source) == [(2, "skipped")]


def test_a_first_name_alone_does_not_cost_the_last_one(bring: Bring, carol: Contact) -> None:
    name, phone = carol.name, carol.phones.get().e164

    bring(f"Name,Mobile\n{carol.first_name},{phone}\n")

    carol.refresh_from_db()
    assert " " in name
    assert carol.name == name


COUPLE = """First name,Last name,Mobile,E-mail
Bea,Thorn,+12125550133,bea@mail.example
Otis,Thorn,+12125550133,otis@mail.example
Lia,Marsh,+12125550133,
Otis,Thorn,+12125550133,
"""


def test_people_who_share_a_phone_stay_themselves(bring: Bring) -> None:
    source = bring(COUPLE)

    assert [word for _, word in outcomes(source)] == ["created", "created", "created", "same"]
    assert set(Contact.objects.values_list("name", "email")) == {
        ("Bea Thorn", "bea@mail.example"),
        ("Otis Thorn", "otis@mail.example"),
        ("Lia Marsh", ""),
    }


def test_and_stay_themselves_when_their_list_comes_again(bring: Bring) -> None:
    bring(COUPLE)
    before = list(Contact.objects.order_by("pk").values_list("pk", "name", "email"))

    source = bring(COUPLE)

    assert [word for _, word in outcomes(source)] == ["same"] * 4
    assert len(before) == 3
    assert list(Contact.objects.order_by("pk").values_list("pk", "name", "email")) == before


def test_a_couple_of_one_name_and_phone_is_two_people(bring: Bring, carol: Contact) -> None:
    source = bring(
        "First name,Last name,Mobile\nOtis,Finch,+12125550123\nOtis,Finch,+12125550123\n"
    )

    carol.refresh_from_db()
    assert carol.first_name == "Carol"
    assert [word for _, word in outcomes(source)] == ["created", "same"]


def test_a_nickname_with_the_same_e_mail_is_no_second_person(bring: Bring) -> None:
    bring(
        "First name,Last name,E-mail,Mobile\nRobert,Thorn,r@mail.example,+12125550133\n"
        "Bob,Thorn,R@mail.example,+12125550133\n"
    )

    assert Contact.objects.count() == 1


def test_an_office_with_one_e_mail_is_several_people(bring: Bring) -> None:
    bring(
        "Name,Mobile,E-mail\nIda Holm,212 555 0150,office@mail.example\n"
        "Jon Dale,212 555 0151,office@mail.example\nKay Holm,212 555 0152,office@mail.example\n"
    )

    assert set(Contact.objects.values_list("name", flat=True)) == {
        "Ida Holm",
        "Jon Dale",
        "Kay Holm",
    }


@pytest.mark.parametrize(
    "row",
    [
        "C.,Finch,x@mail.example",
        "Caroline,Finch-Weber,x@mail.example",
        "Finch,Carol,x@mail.example",
        "Karla,Finch,",
        "Karla,,x@mail.example",
    ],
)
def test_one_person_under_two_names_stays_one(bring: Bring, carol: Contact, row: str) -> None:
    Contact.objects.filter(pk=carol.pk).update(email="")

    bring(f"First name,Last name,E-mail,Mobile\n{row},+12125550123\n")

    assert Contact.objects.count() == 1


def test_of_two_with_one_e_mail_the_one_in_the_archive_is_not_meant(
    bring: Bring, carol: Contact
) -> None:
    Contact.objects.filter(pk=carol.pk).update(email="c@mail.example", archived_at=carol.created_at)
    kept = Contact.objects.create(
        first_name="Carol", last_name="Finch", email="C@mail.example", owner=carol.owner
    )

    bring("E-mail,Job title\nc@mail.example,Baker\n")

    kept.refresh_from_db()
    assert kept.job_title == "Baker"


def test_who_was_merged_into_others_is_filled_in_there(
    bring: Bring, carol: Contact, alice: User
) -> None:
    twins = [
        Contact.objects.create(first_name="Carol", email=f"c{n}@mail.example", owner=alice)
        for n in range(2)
    ]
    merging.merge(twins[1], twins[0], {"email": "first"}, author=alice)
    merging.merge(carol, twins[1], {"email": "first"}, author=alice)

    source = bring("E-mail,Job title\nc0@mail.example,Baker\n")

    carol.refresh_from_db()
    assert carol.job_title == "Baker"
    assert source.rows.get().contact == carol


def test_the_preview_knows_who_shares_a_phone(alices_browser: Client) -> None:
    file = SimpleUploadedFile("people.csv", COUPLE.encode())

    page = alices_browser.post(UPLOAD, {"file": file}, follow=True)

    words = [one.outcome.value for one in page.context["preview"]]
    assert words == ["created", "created", "created", "same"]


def test_the_columns_show_what_stands_in_them(alices_browser: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"Name,,Fax\nIda,,\nKay,Roof tiles,\n")

    page = alices_browser.post(UPLOAD, {"file": file}, follow=True).content.decode()

    assert "Such as “Ida”" in page
    assert "Such as “Roof tiles”" in page
    assert page.count("Nothing in the first rows.") == 1


def test_the_same_person_twice_in_a_list_is_one_contact(bring: Bring) -> None:
    source = bring("Name,Phone\nIda Holm,212 555 0150\nIda Holm,+1 212 555 0150\n")

    assert outcomes(source) == [(2, "created"), (3, "same")]
    assert Contact.objects.get().phones.count() == 1


def test_undone_all_is_as_it_was(bring: Bring, carol: Contact, alices_browser: Client) -> None:
    source = bring("First name,Mobile,Tags\nCaro,+12125550123,new\nIda,212 555 0150,new\n")

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    carol.refresh_from_db()
    assert list(Contact.objects.all()) == [carol]
    assert (carol.first_name, carol.tags.count(), carol.phones.count()) == ("Carol", 0, 1)
    assert outcomes(source) == [(2, "undone"), (3, "undone")]


@pytest.mark.parametrize("is_used", [True, False])
def test_an_undone_import_leads_to_what_is_left_of_it(
    bring: Bring, alices_browser: Client, is_used: bool
) -> None:
    source = bring("First name,Mobile\nIda,212 555 0150\n")
    assert "Show the contacts" in alices_browser.get(f"{UPLOAD}{source.pk}/").content.decode()
    Contact.objects.update(texts_sent=int(is_used))

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    page = alices_browser.get(f"{UPLOAD}{source.pk}/").content.decode()
    assert ("Show the contacts" in page) == Contact.objects.exists() == is_used


@pytest.mark.storage
def test_a_phone_that_went_to_somebody_else_since_stays_with_them(
    bring: Bring, carol: Contact, alices_browser: Client
) -> None:
    dave = Contact.objects.create(first_name="Dave", email="dave@mail.example")
    source = bring(
        "Mobile,Home phone,E-mail,Company\n"
        "+12125550123,212 555 0188,,Holm\n,212 555 0189,dave@mail.example,\n"
    )
    Phone.objects.filter(e164="+12125550188").update(contact=dave)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    carol.refresh_from_db()
    assert outcomes(source) == [(2, "undone"), (3, "undone")]
    assert (carol.company, dave.phones.get().e164) == (None, "+12125550188")


MADE = "First name,Company,Tags\nIda,Holm Tiles,new\nJon,holm tiles,new\nKay,Reed Roofs,old\n"


@pytest.mark.storage
def test_companies_and_tags_that_an_import_made_go_with_it(
    bring: Bring, alices_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Company.objects.create(name="Reed Roofs")
    Tag.objects.create(name="old")
    monkeypatch.setattr("contacts.importing.rows.CHUNK", 1)
    source = bring(MADE)
    assert (Company.objects.count(), Tag.objects.count()) == (2, 2)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert [str(company) for company in Company.objects.all()] == ["Reed Roofs"]
    assert [str(tag) for tag in Tag.objects.all()] == ["old"]


def _use_by_contact(company: Company, tag: Tag, user: User) -> None:
    Contact.objects.create(first_name="Lea", company=company).tags.add(tag)


def _use_by_deal(company: Company, tag: Tag, user: User) -> None:
    Deal.objects.create(title="Roof", company=company)
    Broadcast.objects.create(name="Spring", text="Hello").tags.add(tag)


def _use_by_view(company: Company, tag: Tag, user: User) -> None:
    query = f"company={company.pk}&tags={tag.pk}"
    SavedView.objects.create(of="contacts", name="Ours", query=query, owner=user)


@pytest.mark.parametrize("use", [_use_by_contact, _use_by_deal, _use_by_view])
def test_companies_and_tags_that_somebody_uses_stay(
    bring: Bring, alices_browser: Client, alice: User, use: Callable[..., None]
) -> None:
    source = bring("First name,Company,Tags\nIda,Holm Tiles,new\n")
    use(Company.objects.get(), Tag.objects.get(), alice)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert outcomes(source) == [(2, "undone")]
    assert (Company.objects.count(), Tag.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", ["comment", "website"])
def test_a_company_that_somebody_worked_on_stays(
    bring: Bring, alices_browser: Client, alice: User, change: str
) -> None:
    source = bring("First name,Company\nIda,Holm Tiles\n")
    holm = Company.objects.get()
    if change == "comment":
        Comment.objects.create(record=holm, author=alice, body="Called")
    else:
        holm.website = "https://holm.example"
        holm.save()

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert Company.objects.get() == holm


def test_who_stands_twice_in_a_list_is_undone_with_both_rows(
    bring: Bring, alices_browser: Client
) -> None:
    source = bring(
        "First name,Mobile,Title,Home,Tags\n"
        "Ida,212 555 0150,Boss,,\nIda,212 555 0150,Chief,212 555 0151,vip\n"
    )
    assert Contact.objects.get().job_title == "Chief"

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert outcomes(source) == [(2, "undone"), (3, "undone")]
    assert not Contact.objects.exists()


def test_whom_somebody_wrote_about_or_deleted_since_is_kept_or_gone(
    bring: Bring, alice: User, alices_browser: Client
) -> None:
    source = bring("First name\nIda\nJon\nKay\n")
    Comment.objects.create(
        record=Contact.objects.get(first_name="Ida"), author=alice, body="Called"
    )
    Contact.objects.filter(first_name="Jon").delete()

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert outcomes(source) == [(2, "kept"), (3, "kept"), (4, "undone")]
    assert "commented" in source.rows.get(line=2).problem
    assert "not there any more" in source.rows.get(line=3).problem


@pytest.mark.storage
def test_many_rows_are_stored_and_undone_in_few_statements(
    bring: Bring,
    alices_browser: Client,
    carol: Contact,
    django_assert_max_num_queries: Any,
) -> None:
    Company.objects.create(name="Holm Tiles")
    rows = "".join(
        f"P{n},+1212555{n:04},p{n}@mail.example,{('Holm TILES', 'Reed Roofs')[n % 2]},vip\n"
        for n in range(1000, 1300)
    )
    again = "Caro,+12125550123,carol@mail.example,holm tiles,vip\n" * 2

    with django_assert_max_num_queries(90):
        source = bring(f"First name,Mobile,E-mail,Company,Tags\n{rows}{again}")

    carol.refresh_from_db()
    assert (carol.first_name, str(carol.company)) == ("Caro", "Holm Tiles")
    assert Company.objects.count() == 2
    first = Contact.objects.get(first_name="P1000")
    phone = first.phones.get()
    assert (first.name, first.sort_name, str(first.company)) == ("P1000", "p1000", "Holm Tiles")
    assert (phone.display, phone.is_primary, phone.kind) == ("+1 212-555-1000", True, "mobile")
    assert source.rows.get(line=2).before["phones"] == [phone.pk]
    assert Contact.objects.create(first_name="Next").pk not in {first.pk, carol.pk}

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    with django_assert_max_num_queries(60):
        work.work()

    carol.refresh_from_db()
    assert (carol.first_name, carol.company, carol.tags.count()) == ("Carol", None, 0)
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Carol", "Next"}


def test_what_somebody_changed_since_stays(bring: Bring, alices_browser: Client) -> None:
    source = bring("First name,Mobile\nIda,212 555 0150\n")
    ida = Contact.objects.get()
    ida.first_name = "Ida Maria"
    ida.save()

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert Contact.objects.get() == ida
    assert outcomes(source) == [(2, "kept")]


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", 1)
    rows = "".join(f"P{n},+1212555015{n}\n" for n in range(6))
    store, calls = work.storing.store, []

    def dies_in_the_third(*given: Any, **more: Any) -> None:
        calls.append(1)
        store(*given, **more)
        if len(calls) == 3:
            raise SystemExit

    monkeypatch.setattr(work.storing, "store", dies_in_the_third)
    with pytest.raises(SystemExit):
        bring(f"First name,Mobile\n{rows}")
    assert Contact.objects.count() == 2

    work.work()

    assert sorted(Contact.objects.values_list("name", flat=True)) == [f"P{n}" for n in range(6)]


@pytest.mark.storage
@pytest.mark.usefixtures("for_threads")
def test_two_workers_at_once_store_each_row_once(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.importing.rows.CHUNK", 1)
    source = ContactImport.objects.create(
        author=alice, mapping=["first_name", "mobile"], header=["a", "b"], state="running"
    )
    rows.keep(source, [[f"P{n}", f"+1212555015{n}"] for n in range(6)], 6)

    def go(_: int) -> None:
        work.work()
        connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(go, range(3)))

    assert sorted(Contact.objects.values_list("name", flat=True)) == [f"P{n}" for n in range(6)]


def test_rows_that_wait_in_an_older_version_wait_on(alice: User) -> None:
    first, second = (ContactImport.objects.create(author=alice, name=name) for name in "ab")
    first.rows.create(line=2, cells=["Ida"], outcome="created")
    for source, line in ((first, 3), (second, 2), (second, 3), (second, 5)):
        source.rows.create(line=line, cells=[str(line)], before={"place": line})

    import_module("contacts.migrations.0021_import_pieces").move_waiting(apps, None)

    assert [row.line for row in rows.waiting(first)] == [3]
    found = [(row.line, row.cells, row.before) for row in rows.waiting(second)]
    assert found == [(line, [str(line)], {"place": line}) for line in (2, 3, 5)]
    assert [row.line for row in rows.waiting(second, after=2)] == [3, 5]
    assert [row.outcome for row in ImportRow.objects.all()] == ["created"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_are_read_however_they_were_saved(encoding: str, separator: str) -> None:
    text = (
        f"Vorname{separator}Firma\r\nJörg{separator}Grün & Söhne\r\nZoë{separator}Café Müller\r\n"
    )

    rows = reading.rows(text.encode(encoding))

    assert rows[1:] == [["Jörg", "Grün & Söhne"], ["Zoë", "Café Müller"]]
    assert columns.guess(rows[0]) == ["first_name", "company"]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "This file is empty."),
        (b"Name\n", "nothing in it but a first row"),
        (b"PK\x03\x04rest", "This workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as XLSX without a password"),
        (b"a," * 200 + b"a\n" * 2, "More than 200 columns"),
        (b"Name\n" + b"x\n" * 100_001, "More than 100,000 rows"),
    ],
)
def test_what_cannot_be_read_is_said(alices_browser: Client, raw: bytes, sentence: str) -> None:
    answer = alices_browser.post(UPLOAD, {"file": SimpleUploadedFile("people.csv", raw)})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ContactImport.objects.exists()


def test_nonsense_is_no_error_of_ours(bring: Bring) -> None:
    source = bring(b'Name,Phone,E-mail\n\x00\xff"\xfe,\x01,\xe2\x80\xae\n"=1+1,2\n,,,,,\n')

    assert source.state == ContactImport.State.DONE
    assert source.waiting() == 0


def test_a_column_that_says_who_is_needed(alices_browser: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"Colour\nred\n")
    address = alices_browser.post(UPLOAD, {"file": file})["Location"]

    answer = alices_browser.post(address, {"column-0": ""})

    assert answer.status_code == 422
    assert "one column at least" in answer.content.decode()


def test_nobody_sees_the_list_of_a_colleague(bring: Bring, bob: User, client: Client) -> None:
    source = bring("First name\nIda\n")
    client.force_login(bob)

    assert client.get(f"{UPLOAD}{source.pk}/").status_code == 404
    assert client.post(f"{UPLOAD}{source.pk}/undo/").status_code == 404
    assert client.post(f"{UPLOAD}{source.pk}/resume/").status_code == 404
    assert client.get(f"{UPLOAD}{source.pk}/skipped/").status_code == 404


def test_a_list_whose_importer_is_gone_is_brought_by_an_admin(
    client: Client, alice: User, dana: User
) -> None:
    client.force_login(alice)
    file = SimpleUploadedFile("people.csv", b"First name,Mobile\nIda,212 555 0150\n")
    address = client.post(UPLOAD, {"file": file})["Location"]
    alice.delete()
    client.force_login(dana)

    shown = client.get(address)
    client.post(address, {"column-0": "first_name", "column-1": "mobile"})
    work.work()

    assert shown.status_code == 200
    assert Contact.objects.get().owner == dana
    assert ContactImport.objects.get().author == dana


def test_skipped_rows_come_back_with_the_reason(bring: Bring, alices_browser: Client) -> None:
    source = bring("First name,Phone\n=1+1,12\n")

    lines = b"".join(alices_browser.get(f"{UPLOAD}{source.pk}/skipped/")).decode()

    assert "'=1+1,12,Created,\"Left out: Phones, “12”" in lines


BAD_CELLS = """First name,Phone,E-mail,Time zone
Ida,212 555 0150,not-an-address,Mars/North
Jon,"work: 12, mobile: 212 555 0151",jon@mail.example,Europe/Berlin
,12,nobody@,
Carl,+12125550123,carl@,
"""


@pytest.mark.storage
def test_a_bad_cell_is_left_out_and_the_person_is_brought(bring: Bring, carol: Contact) -> None:
    carol.email = "carol@mail.example"
    carol.save()

    source = bring(BAD_CELLS)

    ida, jon = Contact.objects.exclude(pk=carol.pk).order_by("first_name")
    carol.refresh_from_db()
    assert outcomes(source) == [(2, "created"), (3, "created"), (4, "skipped"), (5, "updated")]
    assert (ida.email, ida.time_zone, jon.time_zone) == ("", "", "Europe/Berlin")
    assert [phone.e164 for phone in jon.phones.all()] == ["+12125550151"]
    assert (carol.first_name, carol.email) == ("Carl", "carol@mail.example")
    assert [row.problem for row in source.rows.order_by("line")] == [
        (
            "Left out: E-mail, “not-an-address” is no e-mail address; "
            "Time zone, “Mars/North” is no time zone such as Europe/Berlin."
        ),
        "Left out: Phones, “12” is too short to be a phone number.",
        (
            "There is no name, no e-mail and no phone in it. Left out: E-mail, “nobody@” is no "
            "e-mail address; Phones, “12” is too short to be a phone number."
        ),
        "Left out: E-mail, “carl@” is no e-mail address.",
    ]


def test_a_bad_cell_is_told_before_and_after_and_in_what_can_be_mended(
    bring: Bring, alices_browser: Client
) -> None:
    file = SimpleUploadedFile("people.csv", BAD_CELLS.encode())
    address = alices_browser.post(UPLOAD, {"file": file})["Location"]

    preview = alices_browser.get(address).content.decode()
    source = bring(BAD_CELLS)
    page = alices_browser.get(f"{UPLOAD}{source.pk}/?show=partly")
    report = b"".join(alices_browser.get(f"{UPLOAD}{source.pk}/skipped/")).decode("utf-8-sig")

    assert preview.count("Left out: E-mail, “not-an-address” is no e-mail address") == 1
    assert [row.line for row in page.context["page"].items] == [2, 3, 5]
    assert "Left out: E-mail, “not-an-address”" in page.content.decode()
    header, *rows = csv.reader(report.splitlines())
    assert header[-2:] == ["What became of it", "Why"]
    assert [row[-2] for row in rows] == ["Created", "Created", "Skipped", "Created"]
    assert rows[0][:4] == ["Ida", "212 555 0150", "not-an-address", "Mars/North"]


@pytest.mark.storage
def test_what_was_left_out_is_still_told_once_it_is_undone(
    bring: Bring, alices_browser: Client
) -> None:
    source = bring(BAD_CELLS)
    jon = Contact.objects.get(first_name="Jon")
    jon.notes = "Call him."
    jon.save()

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    page = alices_browser.get(f"{UPLOAD}{source.pk}/?show=partly")
    assert [contact.first_name for contact in Contact.objects.all()] == ["Jon"]
    assert [row.line for row in page.context["page"].items] == [2, 5]
    assert page.context["partly_label"] == "With something left out"
    assert "“not-an-address” is no e-mail address" in page.content.decode()
    assert re.match("Somebody .* since. Left out: Phones", source.rows.get(line=3).problem)


@pytest.mark.parametrize(
    ("rows", "asked", "shown", "tabs"),
    [
        ("Ida,\nJon,\n", "", "created", ["Created"]),
        ("Ida,\n,12\n", "", "skipped", ["Created", "Skipped"]),
        ("Ida,\n,12\n", "?show=created", "created", ["Created", "Skipped"]),
        ("Ida,\n", "?show=skipped", "skipped", ["Created", "Skipped"]),
        ("Ida,\n", "?show=nonsense", "created", ["Created"]),
    ],
)
def test_an_import_opens_where_there_is_something(
    rows: str, asked: str, shown: str, tabs: list[str], bring: Bring, alices_browser: Client
) -> None:
    source = bring(f"First name,Phone\n{rows}")

    answer = alices_browser.get(f"{source.get_absolute_url()}{asked}")

    page = answer.content.decode()
    assert answer.context["shown"] == shown
    assert f'<a href="?show={shown}" aria-current="page">' in page
    assert re.findall(r'<a href="\?show=\w+"[^>]*>(\w+)', page) == tabs
    assert ("Rows to mend" in page) == (",12" in rows)


def test_an_export_comes_back_as_it_was(
    bring: Bring, carol: Contact, alices_browser: Client
) -> None:
    carol.company, carol.notes = Company.objects.create(name="Finch, Bakery"), "=SUM(1)"
    carol.save()
    Phone.objects.create(contact=carol, e164="+442079460123", kind="work")
    exported = b"".join(alices_browser.get("/contacts/export/?q=Finch"))
    Contact.objects.all().delete()

    bring(exported)

    back = Contact.objects.get()
    phones = set(back.phones.values_list("kind", "e164"))
    assert (back.name, str(back.company), back.notes) == (
        "Carol Finch",
        "Finch, Bakery",
        "=SUM(1)",
    )
    assert phones == {("mobile", "+12125550123"), ("work", "+442079460123")}


def test_an_export_holds_what_the_filters_find(alices_browser: Client, carol: Contact) -> None:
    Contact.objects.create(first_name="Ida")

    lines = b"".join(alices_browser.get("/contacts/export/?q=Carol")).decode()

    assert "Carol" in lines
    assert "Ida" not in lines


def test_who_agreed_in_the_list_stands_in_the_ledger_until_it_is_undone(
    bring: Bring, carol: Contact, alice: User, alices_browser: Client
) -> None:
    consent.opt_out("+12125550152", source="reply", words="STOP")
    consent.opt_in("+12125550123", user=alice, how="on paper", words="Yes")

    source = bring(
        "Name,Phone,SMS consent,Opt out\n"
        "Ida,212 555 0150,yes,\n"
        "Jon,212 555 0151,2025-03-04,\n"
        "Kay,212 555 0152,yes,\n"
        "Lou,212 555 0153,unknown,\n"
        "Mia,212 555 0154,yes,STOP\n"
        f"Carol,{carol.phones.get().e164},yes,\n"
    )
    everybody = [f"+121255501{n}" for n in (23, 50, 51, 52, 53, 54)]

    assert consent.agreed(everybody) == {f"+121255501{n}" for n in (23, 50, 51, 52)}
    assert Recipient.objects.get(phone="+12125550152").opted_out_at, "nobody is brought back"
    assert ConsentEvent.objects.get(recipient="+12125550151").words == "Row 3: 2025-03-04"

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert consent.agreed(everybody) == {"+12125550123"}, "whose word she had already"


def test_who_agreed_in_a_list_of_many_is_noted_in_few_statements(bring: Bring) -> None:
    rows = "".join(f"212 555 {n:04},yes\n" for n in range(300))

    with CaptureQueriesContext(connection) as asked:
        bring(f"Phone,Consent\n{rows}")

    assert len(consent.agreed(f"+1212555{n:04}" for n in range(300))) == 300
    assert len([one for one in asked if "consentevent" in one["sql"]]) < 6


def test_a_number_that_means_something_else_in_a_view_keeps_nothing(
    bring: Bring, alices_browser: Client, alice: User
) -> None:
    source = bring("First name,Company,Tags\nIda,Holm Tiles,new\n")
    query = f"days={Company.objects.get().pk}&number={Tag.objects.get().pk}"
    SavedView.objects.create(of="texts", name="Last days", query=query, owner=alice)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert not Company.objects.exists()
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("kinds", "total", "words"),
    [
        ("c", 1, "The row would be created."),
        ("cc", 2, "All 2 rows would be created."),
        ("s", 2000, "Of the first 1 of 2,000 rows, 1 would be skipped."),
        ("ccu", 3, "Of all 3 rows, 2 would be created, 1 updated."),
        ("", 0, ""),
    ],
)
def test_what_would_become_of_rows_reads_as_a_sentence(kinds: str, total: int, words: str) -> None:
    kind_of = ImportRow.Outcome
    outcomes = {"c": kind_of.CREATED, "u": kind_of.UPDATED, "s": kind_of.SKIPPED}
    found = [
        foreseen.Foreseen(rows.Row(None, 2, []), outcomes[kind], "", None, []) for kind in kinds
    ]

    assert foreseen.words(found, total) == words


@pytest.mark.parametrize(
    ("updates", "words", "outcomes_of_rows"),
    [
        (
            "on",
            "1 would be created, 2 updated, 1 skipped",
            ["Updated", "Created", "Updated", "Skipped"],
        ),
        ("", "1 would be created, 3 skipped", ["Skipped", "Created", "Skipped", "Skipped"]),
    ],
)
def test_the_preview_counts_what_would_become_of_all_and_is_right(
    bring: Bring,
    carol: Contact,
    alices_browser: Client,
    updates: str,
    words: str,
    outcomes_of_rows: list[str],
) -> None:
    text = f"Name,Phone\nCaro,{carol.phones.get().e164}\nIda,212 555 0150\nIda H,2125550150\n,12\n"
    file = SimpleUploadedFile("people.csv", text.encode())
    address = alices_browser.post(UPLOAD, {"file": file})["Location"]
    given = {"column-0": "name", "column-1": "phones", "updates": updates}

    page = alices_browser.post(address, given | {"preview": "1"}).content.decode()

    assert f"Of all 4 rows, {words}." in page
    assert re.findall(r'<span class="pill[^"]*">(\w+)</span>', page) == outcomes_of_rows
    assert "They stand in a row above." in page
    alices_browser.post(address, given)
    work.work()
    done = [word.capitalize() for _, word in outcomes(ContactImport.objects.get())]
    assert done == outcomes_of_rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name,Phone\nIda Holm,212 555 0150\nIda Holm,+1 212 555 0150\n", ["created", "same"]),
        (
            (
                "Phone,Job title\n+12125550123,Baker\n+12125550123,Baker\n+12125550123,Chef\n"
                "+12125550123,Baker\n"
            ),
            ["updated", "same", "updated", "updated"],
        ),
        (
            (
                "Mobile,Company,Tags,Home phone\n+12125550123,Mill,new,\n+12125550123,MILL,New,\n"
                "+12125550123,,,212 555 0199\n+12125550123,,newer,2125550199\n"
            ),
            ["updated", "same", "updated", "updated"],
        ),
        (
            "Name,Phone,Opt out\nIda,212 555 0150,\nIda,212 555 0150,yes\nIda,212 555 0150,yes\n",
            ["created", "updated", "same"],
        ),
        (
            "Name,Phone,Agreed to texts\nIda,212 555 0150,yes\nIda,212 555 0150,yes\n",
            ["created", "same"],
        ),
    ],
    ids=["new", "value", "others", "no", "yes"],
)
def test_the_preview_and_the_import_agree_on_rows_about_one_person(
    bring: Bring, carol: Contact, alices_browser: Client, text: str, expected: list[str]
) -> None:
    file = SimpleUploadedFile("people.csv", text.encode())

    page = alices_browser.post(UPLOAD, {"file": file}, follow=True)
    source = bring(text)

    assert [one.outcome.value for one in page.context["preview"]] == expected
    assert [word for _, word in outcomes(source)] == expected


def test_a_list_that_comes_again_is_unchanged_also_where_it_says_no_or_yes(
    bring: Bring, alices_browser: Client
) -> None:
    text = "Name,Phone,Opt out,Agreed to texts\nIda,212 555 0150,yes,\nJon,212 555 0151,,yes\n"
    bring(text)

    page = alices_browser.post(
        UPLOAD, {"file": SimpleUploadedFile("people.csv", text.encode())}, follow=True
    )
    again = bring(text)

    assert [one.outcome.value for one in page.context["preview"]] == ["same", "same"]
    assert [word for _, word in outcomes(again)] == ["same", "same"]
    assert consent.is_opted_out("+12125550150")


def test_who_has_only_a_name_is_not_doubled_and_not_filled_in_with_what_is_anothers(
    bring: Bring, alice: User, carol: Contact
) -> None:
    text = (
        "Name,Company,Notes,Tags\nIda Holm,Mill,,a\nIda Holm,,Rings,\nIda Holm,,,\nIDA HOLM,,,b\n"
    )
    first = bring(text)
    carols = bring("Name\nCarol Finch\n")  # she has a phone: perhaps it is another Carol

    again = bring(text)

    assert [word for _, word in outcomes(first)] == ["created", "created", "same", "created"]
    assert [word for _, word in outcomes(carols)] == ["created"]
    assert [word for _, word in outcomes(again)] == ["same"] * 4
    assert Contact.objects.filter(last_name__iexact="Holm").count() == 3


def _deal(ida: Contact, bring: Bring) -> None:
    Deal.objects.create(title="Roof", contact=ida)


def _main(ida: Contact, bring: Bring) -> None:
    Company.objects.create(name="Mill", main_contact=ida)


def _weekly(ida: Contact, bring: Bring) -> None:
    Recurrence.objects.create(
        contact=ida,
        text="Hi",
        every="week",
        day=0,
        clock="09:00",
        author=ida.owner,
        next_at=ida.created_at,
    )


def _queued(ida: Contact, bring: Bring) -> None:
    number = Number.objects.create(address="+12125550199", gateway="simulator")
    text = {"text": "Hi", "segments": 1, "direction": "outbound", "status": "queued"}
    Message.objects.create(contact=ida, number=number, phone="+12125550150", **text)


def _merged(ida: Contact, bring: Bring) -> None:
    other = Contact.objects.create(first_name="Ida", owner=ida.owner)
    merging.merge(ida, other, {}, author=ida.owner)
    Comment.objects.all().delete()


def _listed(ida: Contact, bring: Bring) -> None:
    bring("First name,Mobile,Home phone\nIda,212 555 0150,212 555 0151\n")


def _listed_alike(ida: Contact, bring: Bring) -> None:
    bring("First name,Mobile\nIda,212 555 0150\n")


@pytest.mark.parametrize("since", [_deal, _main, _weekly, _queued, _merged, _listed, _listed_alike])
def test_whom_something_else_names_since_is_not_undone(
    bring: Bring, alices_browser: Client, since: Callable[[Contact, Bring], None]
) -> None:
    source = bring("First name,Mobile\nIda,212 555 0150\nJon,212 555 0152\n")
    since(Contact.objects.get(first_name="Ida"), bring)

    alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
    work.work()

    assert outcomes(source) == [(2, "kept"), (3, "undone")]
    assert "names them since" in source.rows.get(line=2).problem
    assert Contact.objects.filter(first_name="Ida").exists()


def test_a_list_that_came_twice_is_undone_the_last_first(
    bring: Bring, alices_browser: Client
) -> None:
    twice = [bring("First name,Mobile\nIda,212 555 0150\n") for _ in range(2)]

    for source in reversed(twice):
        alices_browser.post(f"{UPLOAD}{source.pk}/undo/")
        work.work()

    assert outcomes(twice[0]) == [(2, "undone")]
    assert not Contact.objects.exists()
