"""vCards as phones and mail programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.importing import columns, people, reading
from contacts.importing.people import Person

ANDROID_21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=BCller
TEL;CELL;PREF:+1 212-555-0150
TEL;WORK;VOICE:+442079460123
TEL;FAX;WORK:+442079460124
EMAIL;HOME:joerg@mail.example
ORG:M\u00fcller Tiles;Roofs
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Rings twice=0D=0Aand =
waits.
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/
 AAAA

END:VCARD
"""
APPLE_30 = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iOS 18.0//EN
N:Holm;Ida;Maria;;
FN:Ida Maria Holm
ORG:Holm\\, Tiles & Co\\; Ltd;
TITLE:Master of
  roofs
item1.TEL;type=pref:+1 (212) 555-0151
item1.X-ABLabel:_$!<Mobile>!$_
item2.TEL;type=VOICE:+1 (212) 555-0152
item2.X-ABLabel:Boat 2
TEL;type=HOME;type=VOICE:+1 212 555 0153
EMAIL;type=INTERNET;type=HOME:second@mail.example
EMAIL;type=INTERNET;type=WORK;type=pref:ida@mail.example
CATEGORIES:vip,roof
NOTE:One\\nTwo
END:VCARD
"""
STANDARD_40 = """BEGIN:VCARD
VERSION:4.0
FN:Kay Reed
N:Reed;Kay;;Dr.;
TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+1-212-555-0154
TEL;VALUE=uri;TYPE=work:tel:+44-20-7946-0125
EMAIL;PREF=1:mailto:kay@mail.example
TZ:Europe/Berlin
ADR;TYPE=home;LABEL="1: Lane; End":;;1 Lane;London;;N1;UK
END:VCARD
"""


def everybody(text: str | bytes) -> list[Person]:
    """All cards, as the columns are guessed."""
    rows = reading.rows(text if isinstance(text, bytes) else text.encode())
    return [people.understand(row, columns.guess(rows[0])) for row in rows[1:]]


def phones(person: Person) -> list[tuple[str, str, str]]:
    return [(one.kind, one.e164, one.label) for one in person.phones]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_version_2_1_with_quoted_printable(line_end: str) -> None:
    (joerg,) = everybody(ANDROID_21.replace("\n", line_end))

    assert joerg.values == {
        "first_name": "Jörg",
        "last_name": "Müller",
        "email": "joerg@mail.example",
        "company": "Müller Tiles",
        "notes": "Rings twice\nand waits.",
    }
    assert phones(joerg) == [
        ("mobile", "+12125550150", ""),
        ("work", "+442079460123", ""),
        ("other", "+442079460124", "fax"),
    ]


def test_version_3_0_with_folded_lines_and_labels() -> None:
    (ida,) = everybody(APPLE_30.replace("\n", "\r\n"))

    assert ida.values == {
        "first_name": "Ida Maria",
        "last_name": "Holm",
        "email": "ida@mail.example",
        "company": "Holm, Tiles & Co; Ltd",
        "job_title": "Master of roofs",
        "notes": "One\nTwo",
    }
    assert phones(ida) == [
        ("mobile", "+12125550151", ""),
        ("other", "+12125550152", "Boat"),
        ("home", "+12125550153", ""),
    ]
    assert ida.tags == ["vip", "roof"]


def test_version_4_0_with_addresses_for_numbers() -> None:
    (kay,) = everybody(STANDARD_40)

    assert kay.values == {
        "first_name": "Kay",
        "last_name": "Reed",
        "email": "kay@mail.example",
        "time_zone": "Europe/Berlin",
    }
    assert phones(kay) == [("mobile", "+12125550154", ""), ("work", "+442079460125", "")]


def test_cards_of_all_versions_in_one_file_have_the_same_columns() -> None:
    joerg, ida, kay = everybody(ANDROID_21 + APPLE_30 + "\n\n" + STANDARD_40)

    assert [joerg.words, ida.words, kay.words] == ["Jörg Müller", "Ida Maria Holm", "Kay Reed"]


def test_what_no_column_of_ours_is_for_can_be_chosen() -> None:
    header, row = reading.rows(APPLE_30.encode())

    assert row[header.index("Other e-mails")] == "second@mail.example"
    assert columns.guess(header)[header.index("Other e-mails")] == ""


def test_an_agents_card_is_not_somebody_else_and_a_missing_end_loses_nobody() -> None:
    text = (
        "BEGIN:VCARD\nFN:Ida\nAGENT:\nBEGIN:VCARD\nFN:Agent\nEND:VCARD\nTITLE:Boss\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Jon\nBEGIN:VCARD\nFN:Kay\n"
    )

    found = everybody(text)

    assert [person.words for person in found] == ["Ida", "Jon", "Kay"]
    assert found[0].values["job_title"] == "Boss"


def test_another_charset_is_read() -> None:
    text = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=EB\n"

    assert [person.words for person in everybody(text + "END:VCARD\n")] == ["Zoë"]
    assert [
        person.words
        for person in everybody(
            "BEGIN:VCARD\nVERSION:2.1\nFN:Zoë Müller\nEND:VCARD".encode("cp1252")
        )
    ] == ["Zoë Müller"]


@given(st.lists(st.text(alphabet=':;=,\\"\n\r .TELNFPQU-0ab\x00', max_size=40), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_card_is_an_error_of_ours(lines: list[str]) -> None:
    card = "\n".join(["BEGIN:VCARD", "FN:Ida", *lines, "END:VCARD"])

    rows = reading.rows(card.encode())

    assert rows[0][0] in {"First name", "Last name", "Full name"}


@pytest.mark.parametrize(
    "card",
    [
        "FN:ida@mail.example\nEMAIL:Ida@mail.example",
        "FN:+1 (212) 555-0150\nTEL:+12125550150",
        "FN:212-555-0150\nTEL:+12125550150",
        "FN:No name\nTEL:+12125550150",
    ],
)
def test_what_stands_in_for_a_name_is_none(card: str) -> None:
    (ida,) = everybody(f"BEGIN:VCARD\nVERSION:3.0\n{card}\nEND:VCARD\n")

    assert not ida.values.keys() & {"name", "first_name", "last_name"}


@pytest.mark.parametrize("kind", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"])
def test_a_group_of_cards_is_nobody(kind: str) -> None:
    group = f"BEGIN:VCARD\nVERSION:4.0\n{kind}\nFN:Family\nMEMBER:urn:uuid:1\nEND:VCARD\n"

    assert [one.words for one in everybody(group + STANDARD_40)] == ["Kay Reed"]
