"""
Numbers that are typed in full, to E.164, without the guessing that phonenumbers does for all it is
given and that takes ten times as long. What is valid where is its own metadata, put together to one
pattern for each region: a number that is settled here is the one it would have found. Pure: no
Django.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS
from phonenumbers import PhoneMetadata, PhoneNumber

LONGEST_CODE = 3
MOST_DIGITS = 17  # of a national number
KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip"),
    *("personal_number", "pager", "uan", "voicemail"),
)
_NO_DIGIT = re.compile(r"\D+")


class Plan(NamedTuple):
    """
    Of a region: how its numbers start, where other regions have the same country code; what may
    be dialled before a number, as in national and in foreign calls; what its valid numbers are.
    """

    leading: re.Pattern[str] | None
    prefix: re.Pattern[str]
    abroad: re.Pattern[str]
    valid: re.Pattern[str]


def settle(typed: str, region: str) -> str:
    """
    E.164 of a number that is nothing but digits and what stands between them; "" if it does not
    exist, or if only phonenumbers can tell. `region` (two letters) is that of numbers without a +.
    """
    digits = _NO_DIGIT.sub("", typed)
    code, national = _apart(digits) if typed[0] == "+" else _at_home(digits, region)
    return f"+{code}{national}" if code and _is_valid(code, national) else ""


def number_of(e164: str) -> PhoneNumber | None:
    """What phonenumbers formats, of an E.164 number; None if it has to read that itself."""
    code, national = _apart(e164[1:])
    return PhoneNumber(int(code), int(national)) if code else None


def _apart(digits: str) -> tuple[int, str]:
    """The country code and the national number; 0 for what may have to be left out of it."""
    for end in range(1, LONGEST_CODE + 1):
        if (code := int(digits[:end])) in REGIONS:
            return _whole(code, digits[end:], _plan(code, REGIONS[code][0]))
    return 0, ""


def _at_home(digits: str, region: str) -> tuple[int, str]:
    code = _codes().get(region, 0)
    plan = _plan(code, region) if code else None
    if plan is None or digits.startswith(str(code)) or plan.abroad.match(digits):
        return 0, ""
    return _whole(code, digits, plan)


def _whole(code: int, national: str, plan: Plan) -> tuple[int, str]:
    is_bare = 1 < len(national) <= MOST_DIGITS and national[0] != "0"
    return (code, national) if is_bare and not plan.prefix.match(national) else (0, "")


def _is_valid(code: int, national: str) -> bool:
    """As phonenumbers decides it: of several regions, the first that such numbers start with."""
    regions = REGIONS[code]
    for region in regions:
        plan = _plan(code, region)
        leading = plan.leading if len(regions) > 1 else None
        if leading is None or leading.match(national):
            if plan.valid.fullmatch(national):
                return True
            if leading:
                return False
    return False


@cache
def _codes() -> dict[str, int]:
    """The country code of each region; those of no region, such as 800, have none here."""
    pairs = ((code, region) for code, regions in REGIONS.items() for region in regions)
    return {region: code for code, region in pairs if region.isalpha()}


@cache
def _plan(code: int, region: str) -> Plan:
    about: Any = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    kinds = [getattr(about, kind) for kind in KINDS]
    if about.same_mobile_and_fixed_line_pattern:
        kinds.remove(about.mobile)
    valid = f"(?={_looks(about.general_desc)}$)(?:{'|'.join(filter(None, map(_looks, kinds)))})"
    return Plan(
        re.compile(about.leading_digits) if about.leading_digits else None,
        re.compile(about.national_prefix_for_parsing or "(?!)"),
        re.compile(about.international_prefix or "(?!)"),
        re.compile(valid, re.ASCII),
    )


def _looks(kind: Any) -> str:
    """The pattern of one kind of number, and how long it may be; "" if there are none."""
    if kind is None or not kind.national_number_pattern:
        return ""
    lengths = "|".join(rf"\d{{{length}}}" for length in kind.possible_length)
    return rf"(?=(?:{lengths or '.*'})$)(?:{kind.national_number_pattern})"
