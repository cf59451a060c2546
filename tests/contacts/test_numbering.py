"""Numbers settled without phonenumbers' guessing are those that it would have found."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from contacts import numbering

TYPES = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]


def as_phonenumbers_says(typed: str, region: str) -> str:
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def of_every_kind() -> Iterator[tuple[str, int, str]]:
    """Region, country code and national number: an example of each kind there is."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        code = phonenumbers.country_code_for_region(region)
        for kind in TYPES:
            if example := phonenumbers.example_number_for_type(region, kind):
                yield region, code, phonenumbers.national_significant_number(example)


def mistyped(number: str, rng: random.Random) -> str:
    """A digit or two another, sometimes one too many or too few, or one in front."""
    digits = list(number)
    for _ in range(rng.randrange(3)):
        digits[rng.randrange(len(digits))] = str(rng.randrange(10))
    return rng.choice(["", "", "0", "1"]) + "".join(digits)[: rng.choice([20, 20, -1])]


def typed_somehow(seed: int) -> Iterator[tuple[str, str]]:
    """What people may have typed, and the region they typed it in."""
    rng = random.Random(seed)
    for region, code, number in of_every_kind():
        for national in (number, mistyped(number, rng), mistyped(number, rng)):
            yield f"+{code} {national}", "US"
            yield f"{national[:3]}-{national[3:]}", region
            yield f"{code}{national}", region


def test_what_is_settled_is_what_phonenumbers_finds() -> None:
    settled = 0

    for typed, region in typed_somehow(seed=5):
        if e164 := numbering.settle(typed, region):
            assert e164 == as_phonenumbers_says(typed, region), (typed, region)
            settled += 1

    assert settled > 3_000


def test_examples_of_every_country_are_settled_when_typed_in_full() -> None:
    typed = [f"+{code}{number}" for _, code, number in of_every_kind() if number[0] != "0"]

    missed = [one for one in typed if not numbering.settle(one, "US")]

    assert len(missed) < len(typed) / 20  # they begin as if something had to be left out of them


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("07700 900123", "GB"),  # a prefix
        ("1 212 555 0123", "US"),  # a country code, or a prefix
        ("011 44 20 7946 0123", "US"),  # abroad
        ("212 555 012", "US"),  # too short
        ("+1 212 555 0123 4", "US"),  # too long
        ("+39 06 698 83145", "US"),  # a zero that belongs to it
        ("+375 810 143 4567", "US"),  # 8 10 is what is dialled there to call abroad
        ("+999 212 555 0123", "US"),  # no such country
        ("+1 111 555 0123", "US"),  # nobody has it
        ("212 555 0123", "ZZ"),  # typed nowhere
    ],
)
def test_what_needs_a_second_look_is_left_to_phonenumbers(typed: str, region: str) -> None:
    assert numbering.settle(typed, region) == ""


def test_a_number_to_format_is_the_one_phonenumbers_reads() -> None:
    for _, code, number in of_every_kind():
        e164 = f"+{code}{number}"
        if ours := numbering.number_of(e164):
            assert ours == phonenumbers.parse(e164), e164
