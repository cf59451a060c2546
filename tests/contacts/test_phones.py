"""What people type into a phone field, and what we make of it."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts import phones
from contacts.phones import (
    PhoneInvalid,
    TypedPhone,
    digits,
    parse,
    parse_many,
    region_of,
    show,
)

NEW_YORK = "+12125550123"
LONDON = "+442079460958"
DRAMA = "+447700900123"


@pytest.mark.parametrize(
    "typed",
    [
        "212 555 0123",
        "(212) 555-0123",
        "212.555.0123",
        "1 212 555 0123",
        "+1 [212] 555‑0123",
        "  +1–212–555–0123\t",
        "001 212 555 0123",
        "(00) 1 212 555 0123",
        "+00 1 212 555 0123",
        "tel:+1-212-555-0123",
        "TEL://+12125550123",
        "tel:%2B12125550123",
        "tel:5550123;phone-context=+1212",
        "＋１ ２１２ ５５５ ０１２３",
        "٢١٢٥٥٥٠١٢٣",
        "\u200f+1 212 555 0123\u202c",
        "\ufeff+1\u00a0212\u200b 555\u00ad0123",
        "+1 212\x00 555 0123",
        "\ud800+12125550123",
    ],
)
def test_one_number_may_be_typed_in_many_ways(typed):
    assert parse(typed) == NEW_YORK


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("020 7946 0958", "GB", LONDON),
        ("+44 (0)20 7946 0958", "US", LONDON),
        ("011 44 20 7946 0958", "US", LONDON),
        ("07700 900123", "GB", DRAMA),
        ("0044 7700 900123", "US", DRAMA),
    ],
)
def test_the_region_counts_only_without_a_country_code(typed, region, e164):
    assert parse(typed, region) == e164


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type a phone number."),
        (" \u200f\x00 ", "Type a phone number."),
        ("12", "“12” is too short to be a phone number."),
        ("abc", "“abc” is not a phone number."),
        ("+", "“+” is not a phone number."),
        ("555-0123", "“555-0123” needs its area code in front."),
        ("+1 212 555 01234", "“+1 212 555 01234” is too long to be a phone number."),
        (
            "+999 123 4567",
            "“+999 123 4567” starts with a country code that does not exist.",
        ),
        (
            "+1 555 555 0123",
            "“+1 555 555 0123” is not a number that anybody can have: check the digits.",
        ),
        (
            "555 555 0123",
            "“555 555 0123” does not exist here: check it, or put + and the country code first.",
        ),
        (
            "020 7946 0958",
            "“020 7946 0958” does not exist here: put + and its country code in front.",
        ),
        (
            "2.12556E+09",
            (
                "“2.12556E+09” was shortened by a spreadsheet, and digits are lost: "
                "make that column text there, and save it again."
            ),
        ),
        ("call 2125550123", "“call 2125550123” has letters in it: write the number in digits."),
        ("1-800-FLOWERS", "“1-800-FLOWERS” has letters in it: write the number in digits."),
        ("*#06#", "“*#06#” is a dialling code, not a phone number."),
        ("212 555 0123, 212 555 0124", "“212 555 0123, 212 555 0124” is not a phone number."),
    ],
)
def test_a_refusal_is_one_sentence_that_quotes_what_was_typed(typed, sentence):
    with pytest.raises(PhoneInvalid) as refused:
        parse(typed)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "typed",
    [
        "212 555 0123 x12",
        "212-555-0123 ext. 5",
        "212-555-0123 extension 5",
        "2125550123#5",
        "tel:+1-212-555-0123;ext=12",
    ],
)
def test_an_extension_is_refused_because_no_text_reaches_it(typed):
    with pytest.raises(PhoneInvalid, match="has an extension, which no text can reach"):
        parse(typed)


def test_a_number_without_country_and_region_asks_for_the_code():
    with pytest.raises(PhoneInvalid, match="needs its country code in front"):
        parse("212 555 0123", region="ZZ")


@pytest.mark.parametrize(
    "typed", ["1" * 10_000, "1 (" * 3_000, "+" * 10_000, "1x" * 5_000, "ﷺ" * 10_000]
)
def test_a_flood_is_refused_and_quoted_in_short(typed):
    with pytest.raises(PhoneInvalid) as refused:
        parse(typed)

    assert len(str(refused.value)) < 120


def test_spaces_without_end_are_no_flood():
    assert parse(" " * 10_000 + "212 555 0123" + "\n" * 10_000) == NEW_YORK


def outcome(read, typed):
    """What was read, and the sentence when nothing was."""
    try:
        return read(typed), ""
    except PhoneInvalid as refused:
        return None, str(refused)


@given(st.text() | st.text(alphabet="0123456789+()-. x#;:,/*٣５\u200f\x00\ud800", max_size=40))
def test_whatever_is_typed_becomes_a_number_or_a_sentence(typed):
    e164, sentence = outcome(parse, typed)

    if e164 is None:
        assert sentence.encode().endswith(b".")  # no lone surrogate gets into page or database
        assert "\x00" not in sentence
    else:
        assert re.fullmatch(r"\+[1-9][0-9]{1,16}", e164)
        assert parse(show(e164)) == parse(e164) == e164


@given(st.text(alphabet="mobilework:;, \n+()0123456789\x00\ud800", max_size=80))
def test_whatever_is_pasted_becomes_numbers_or_a_sentence(pasted):
    phones, sentence = outcome(parse_many, pasted)

    if phones is None:
        assert sentence.encode().endswith(b".")
    else:
        assert len({phone.e164 for phone in phones}) == len(phones)
        assert {phone.kind for phone in phones} <= {"mobile", "work", "home", "main", "other"}


def test_a_number_is_shown_the_international_way():
    assert show(NEW_YORK) == "+1 212-555-0123"
    assert show(LONDON) == "+44 20 7946 0958"
    assert show(DRAMA) == "+44 7700 900123"


@pytest.mark.parametrize(
    "other", ["", "SHOP", "12345", "+", "+0123456", "+99912345678", "\ud800", "+1x"]
)
def test_what_is_no_number_is_shown_as_it_is(other):
    assert show(other) == other


def test_the_region_of_a_number():
    assert region_of(NEW_YORK) == "US"
    assert region_of(LONDON) == "GB"
    assert region_of("+80012345678") == ""
    assert region_of("SHOP") == ""


def test_several_numbers_are_pasted_with_their_kinds():
    phones = parse_many("mobile: +1 212 555 0123, work: +44 20 7946 0958")

    assert phones == [TypedPhone("mobile", NEW_YORK), TypedPhone("work", LONDON)]


@pytest.mark.parametrize("separator", [",", ";", "\n", "\r\n", " , ", ";\n", "\u2028"])
def test_numbers_are_separated_by_commas_semicolons_or_lines(separator):
    phones = parse_many(f"{separator}+12125550123{separator}+442079460958{separator}")

    assert [phone.e164 for phone in phones] == [NEW_YORK, LONDON]


def test_a_bare_number_is_a_mobile_when_first_else_other():
    phones = parse_many("+12125550123, +442079460958, tel:+447700900123")

    assert [phone.kind for phone in phones] == ["mobile", "other", "other"]


@pytest.mark.parametrize(
    ("pasted", "kind"),
    [
        ("Cell: 212 555 0123", "mobile"),
        ("OFFICE 212 555 0123", "work"),
        ("(home) 212 555 0123", "home"),
        ("h. (212) 555-0123", "home"),
        ("hq - +1 212 555 0123", "main"),
        ("+1 212 555 0123 (work)", "work"),
        ("+1 212 555 0123 cell", "mobile"),
        ("work: tel:+1-212-555-0123", "work"),
        ("phone: 212 555 0123", "mobile"),
    ],
)
def test_a_kind_has_several_words_and_places(pasted, kind):
    assert parse_many(pasted) == [TypedPhone(kind, NEW_YORK)]


@pytest.mark.parametrize(
    ("pasted", "label"),
    [
        ("Boat: 212 555 0123", "Boat"),
        ("Office 2: 212 555 0123", "Office 2"),
        ("Été +12125550123", "Été"),
    ],
)
def test_an_unknown_kind_keeps_its_word(pasted, label):
    assert parse_many(pasted) == [TypedPhone("other", NEW_YORK, label)]


def test_a_label_is_cut_to_its_length():
    (phone,) = parse_many(f"{'boat ' * 20}: 212 555 0123")

    assert len(phone.label) <= 40


def test_a_number_pasted_twice_counts_once():
    phones = parse_many("work: 212 555 0123, +1 (212) 555-0123")

    assert phones == [TypedPhone("work", NEW_YORK)]


def test_one_bad_piece_refuses_the_paste_and_is_named():
    with pytest.raises(PhoneInvalid, match="“12” is too short"):
        parse_many("mobile: 212 555 0123, work: 12")


def test_a_word_without_a_number_is_refused():
    with pytest.raises(PhoneInvalid, match="“mobile:” is not a phone number"):
        parse_many("mobile:")


def test_nothing_pasted_is_no_number():
    assert parse_many(" ,;\n ") == []


@pytest.mark.parametrize("pasted", ["1" * 10_000, "1 a" * 3_000, "1 a" * 1_600, "a:" * 2_000])
def test_a_flood_pasted_is_refused(pasted):
    with pytest.raises(PhoneInvalid):
        parse_many(pasted)


@pytest.mark.parametrize(
    "fragment",
    ["0123", "212", "(212) 555", "+1 212-555", "001 212", "555.01", "２１２", "Tel 555 0123"],
)
def test_a_number_is_found_by_any_fragment(fragment):
    assert digits(fragment) in NEW_YORK


@pytest.mark.parametrize("fragment", ["020 7946", "+44 (0)20 7946", "0044 20", "7946 0958", "0958"])
def test_a_trunk_zero_does_not_hide_a_number(fragment):
    assert digits(fragment) in LONDON


def test_a_fragment_without_digits_has_none():
    assert digits("Carol \x00\ud800") == ""


@given(st.from_regex(r"\A\+1[2-9][0-9]{9}\Z"))
def test_american_numbers_are_shown_as_the_library_shows_them(e164: str) -> None:
    theirs = phonenumbers.format_number(
        phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )

    assert phones.show(e164) == theirs


@given(st.from_regex(r"\A\+?\(?[1-9][0-9 ().-]{6,25}[0-9]\Z"))
def test_an_ordinary_number_is_the_same_by_the_long_way(typed: str) -> None:
    def outcome(text: str) -> str:
        try:
            return phones.parse(text)
        except phones.PhoneInvalid as invalid:
            return str(invalid)

    assert outcome(typed) == outcome(f"\u200b{typed}")
