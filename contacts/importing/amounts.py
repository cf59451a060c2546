"""Numbers as people and spreadsheets show them, as programs write them."""

from __future__ import annotations

import re

_CURRENCY = r"([$€£]|CHF|EUR|GBP|USD)?"
_MONEY = re.compile(rf"{_CURRENCY}\s*([+−-]?)\s*(\d[\d.,'’\s]*?)\s*{_CURRENCY}")
_APART = re.compile(r"(?<=\d)['’\s](?=\d{3})")  # 1'250, 1 250
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # 1,250.50
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")  # 1.250,50
_PLACES = re.compile(r"\d+,\d+")  # 12,5
#: A thousand here and one there; a currency may tell which.
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}")
_OF_COMMAS = {"$", "£", "USD", "GBP"}


def plain(cell: str) -> str:
    """
    “$1,250.50” and “1.250,50 €” are 1250.50, “12,5” is 12.5. As it came: what is no number, and
    “1,250”, which may be two.
    """
    if not (found := _MONEY.fullmatch(cell)):
        return cell
    before, sign, digits, behind = found.groups()
    currency = before or behind or ""
    digits = _APART.sub("", digits)
    if _COMMAS.fullmatch(digits) and (currency in _OF_COMMAS or not _EITHER.fullmatch(digits)):
        digits = digits.replace(",", "")
    elif _EITHER.fullmatch(digits) and ("," in digits or (currency and currency not in _OF_COMMAS)):
        return cell
    elif _DOTS.fullmatch(digits) or _PLACES.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    return sign.replace("−", "-") + digits
