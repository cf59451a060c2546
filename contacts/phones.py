"""
Phone numbers as people type them, in and out of E.164 ("+12125550123"). Pure: no Django.

phonenumbers is slow (some 30 µs a call), so each function asks it once for each thing, and only
for what `numbering` cannot tell.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from contacts import numbering

LONGEST_NUMBER = 250  # characters typed, spaces and all
LONGEST_PASTE = 5_000
LONGEST_LABEL = 40

KINDS = {
    "mobile": ("mobile", "mob", "m", "cell", "cellphone", "cell phone", "cellular", "handy", "sms"),
    "work": ("work", "w", "office", "business", "job", "desk"),
    "home": ("home", "h", "house", "private", "landline"),
    "main": ("main", "switchboard", "reception", "hq", "headquarters"),
    "other": ("other",),
}
KIND_OF = {alias: kind for kind, aliases in KINDS.items() for alias in aliases}
SAYS_NOTHING = {"", "tel", "phone", "telephone", "number", "ph", "t", "p", "callto"}

# 07700 900000 to 900999 is Ofcom's range for drama: nobody has one, so it is safe in examples
# (Ofcom, "Telephone numbers for use in TV and radio drama", read November 2026).
_DRAMA = re.compile(r"\+447700900\d{3}")
_AMERICAN = re.compile(r"\+1([2-9]\d\d)([2-9]\d\d)(\d{4})", re.ASCII)
#: Nothing but digits and what stands between them: no need to look for what may be wrong with it.
_ORDINARY = re.compile(r"\+?\(?[1-9][\d ().-]{6,25}\d", re.ASCII)
_EXTENSION = re.compile(
    r"\d\W*(?:;?\s*ext(?:ension|n)?\b|;?\s*ext=|x|#)[\s.:=]*\d+\W*$", re.IGNORECASE
)
#: A long number as spreadsheets show it, and write it into a CSV: 2.12556E+09.
_SHORTENED = re.compile(r"(\d)[.,](\d+)E\+?(\d\d?)", re.IGNORECASE | re.ASCII)
_LINK = re.compile(r"\s*(?:tel|callto):(?://)?", re.IGNORECASE)
_TRUNK = re.compile(r"\(\s*0\s*\)")
_SEPARATOR = re.compile(r"[\n,]|;(?!\s*(?:ext|isub|phone-context)\b)", re.IGNORECASE)
_TRAILING = re.compile(r"[\s(\[]+([^\W\d_][^\d()\[\]]*)[)\]]?\s*$")


class PhoneInvalid(ValueError):
    """Not a phone number we could text; its text is one sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class TypedPhone:
    """
    One number out of a paste.

    kind is mobile, work, home, main or other; label holds the typed words when kind is other
    because we did not know them, else it is empty.
    """

    kind: str
    e164: str
    label: str = ""


def parse(raw: str, region: str = "US") -> str:
    """
    The number as E.164. `region` (two letters) is the country of numbers typed without a +.

    Raises PhoneInvalid.
    """
    if _ORDINARY.fullmatch(raw):
        if settled := numbering.settle(raw, region):
            return settled
        typed = text = " ".join(raw.split())
    else:
        typed = _plain(_short(raw))
        text = _written_out(_dialled(typed))
        _refuse_what_is_no_number(typed, text)
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise PhoneInvalid(_why_not_read(typed, text, error.error_type)) from None

    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number) and not _DRAMA.fullmatch(e164):
        reason = phonenumbers.is_possible_number_with_reason(number)
        raise PhoneInvalid(_why_not_possible(typed, text, reason))
    return e164


def _short(raw: str) -> str:
    if len(raw := raw.strip()) > LONGEST_NUMBER:
        raise PhoneInvalid(
            f"{_quoted(_plain(raw[:LONGEST_NUMBER]))} is too long for a phone number."
        )
    return raw


def _plain(raw: str) -> str:
    """ASCII digits for full-width ones; nothing invisible (direction marks, NUL, surrogates)."""
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFKC", raw)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join("".join(kept).split())


def _dialled(typed: str) -> str:
    """Without `tel:`, and with + for a leading 00."""
    text = typed
    if link := _LINK.match(text):
        text = unquote(text[link.end() :])
    return re.sub(r"^\W*0\W?0(?=\W*\d)|^\s*\+\s*00", "+", text)


def _written_out(text: str) -> str:
    """What a spreadsheet shortened, if it left all digits."""
    found = _SHORTENED.fullmatch(text)
    if found is None:
        return text
    if len(found[2]) != int(found[3]):
        raise PhoneInvalid(
            f"{_quoted(text)} was shortened by a spreadsheet, and digits are lost: "
            "make that column text there, and save it again."
        )
    return found[1] + found[2]


def _refuse_what_is_no_number(typed: str, text: str) -> None:
    if not typed:
        raise PhoneInvalid("Type a phone number.")
    if _EXTENSION.search(text):
        raise PhoneInvalid(
            f"{_quoted(typed)} has an extension, which no text can reach: leave it out."
        )
    if not any(char.isdigit() for char in text):
        raise PhoneInvalid(f"{_quoted(typed)} is not a phone number.")
    if any(char.isalpha() for char in text.partition(";phone-context=")[0]):
        raise PhoneInvalid(f"{_quoted(typed)} has letters in it: write the number in digits.")
    if "*" in text or "#" in text:
        raise PhoneInvalid(f"{_quoted(typed)} is a dialling code, not a phone number.")


def _why_not_read(typed: str, text: str, reason: int) -> str:
    if reason == NumberParseException.INVALID_COUNTRY_CODE:
        if text.startswith("+"):
            return f"{_quoted(typed)} starts with a country code that does not exist."
        return f"{_quoted(typed)} needs its country code in front, like +1 or +44."
    if reason == NumberParseException.TOO_LONG:
        return f"{_quoted(typed)} is too long to be a phone number."
    if reason == NumberParseException.NOT_A_NUMBER and sum(map(str.isdigit, text)) > 3:
        return f"{_quoted(typed)} is not a phone number."
    return f"{_quoted(typed)} is too short to be a phone number."


def _why_not_possible(typed: str, text: str, reason: int) -> str:
    if text.startswith("0"):
        return f"{_quoted(typed)} does not exist here: put + and its country code in front."
    if reason == ValidationResult.TOO_LONG:
        return f"{_quoted(typed)} is too long to be a phone number."
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return f"{_quoted(typed)} needs its area code in front."
    if reason == ValidationResult.TOO_SHORT:
        return f"{_quoted(typed)} is too short to be a phone number."
    if text.startswith("+"):
        return f"{_quoted(typed)} is not a number that anybody can have: check the digits."
    return f"{_quoted(typed)} does not exist here: check it, or put + and the country code first."


def _quoted(typed: str) -> str:
    return f"“{typed if len(typed) <= 30 else typed[:29] + '…'}”"


@lru_cache(maxsize=20_000)
def show(e164: str) -> str:
    """For people: "+1 212-555-0123". What is no E.164 number comes back as it is."""
    if plain := _AMERICAN.fullmatch(e164):  # what phonenumbers says too, in a fiftieth of the time
        return f"+1 {plain[1]}-{plain[2]}-{plain[3]}"
    number = _read(e164)
    if number is None:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=20_000)
def region_of(e164: str) -> str:
    """The country in two letters ("US"), or empty when no single country has the number."""
    number = _read(e164)
    region = phonenumbers.region_code_for_number(number) if number else None
    return region if region and region.isalpha() else ""


def _read(e164: str) -> phonenumbers.PhoneNumber | None:
    if not re.fullmatch(r"\+[1-9][0-9]{1,20}", e164):
        return None
    if number := numbering.number_of(e164):
        return number
    try:
        return phonenumbers.parse(e164)
    except NumberParseException:
        return None


def parse_many(pasted: str, region: str = "US") -> list[TypedPhone]:
    """
    Every number of `mobile: +1 212 555 0123, work: +44 20 7946 0958`, each once.

    Commas, semicolons and line ends separate. A number without a word is a mobile when it is the
    first, else other. Raises PhoneInvalid for the first piece that is no number.
    """
    if len(pasted) > LONGEST_PASTE:
        raise PhoneInvalid("That is too much at once: paste fewer phone numbers.")

    found: dict[str, TypedPhone] = {}
    for piece in pieces(pasted):
        label, number = _split(_short(piece))
        phone = _typed(label, parse(number, region), first=not found)
        found.setdefault(phone.e164, phone)
    return list(found.values())


def pieces(pasted: str) -> list[str]:
    """What stands between the separators, tidied: each should be one number with its word."""
    return [*filter(None, map(_plain, _SEPARATOR.split("\n".join(pasted.splitlines()))))]


def _split(piece: str) -> tuple[str, str]:
    """A piece's word and its number: `work: 1`, `work 1`, `1 (work)`."""
    head, colon, rest = piece.partition(":")
    if colon and any(char.isalpha() for char in head):
        return head.strip(" -–.=()[]"), rest.strip() or piece
    start = re.search(r"[\d+(\[]*\d", piece)
    if start is None:
        return "", piece
    label = piece[: start.start()].strip(" -–.:=()[]")
    number = piece[start.start() :]
    if not label and (after := _TRAILING.search(number)):
        return after[1].strip(), number[: after.start()]
    return label, number


def _typed(label: str, e164: str, *, first: bool) -> TypedPhone:
    word = label.casefold()
    if word in SAYS_NOTHING:
        return TypedPhone("mobile" if first else "other", e164)
    if word in KIND_OF:
        return TypedPhone(KIND_OF[word], e164)
    return TypedPhone("other", e164, label[:LONGEST_LABEL].strip())


def digits(fragment: str) -> str:
    """
    The digits to look for inside E.164 numbers, whatever part of a number was typed.

    Leading zeros (a trunk 0, a 00 prefix) are no part of E.164 and are dropped; up to four digits
    are more likely the end of a number and are kept.
    """
    text = _TRUNK.sub("", unicodedata.normalize("NFKC", fragment[:LONGEST_NUMBER]))
    found = "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())
    return found.lstrip("0") if len(found) > 4 else found
