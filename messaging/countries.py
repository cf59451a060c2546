"""Which country a phone is of, and whether texts may go there."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from django.conf import settings

from contacts import phones


@lru_cache(maxsize=20_000)
def country_of(e164: str) -> str:
    """Two letters; for a number nobody has, those of its code's main country; "" for no number."""
    if region := phones.region_of(e164):
        return region
    try:
        code = phonenumbers.parse(e164).country_code or 0
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_country_code(code)
    return region if region.isalpha() else ""


def refusal(e164: str) -> str:
    """Why no text may go to this number, as a sentence, or "". ALLOWED_COUNTRIES: empty for all."""
    allowed = settings.ALLOWED_COUNTRIES
    if not allowed or country_of(e164) in allowed:
        return ""
    where = country_of(e164) or "no country we know"
    return (
        f"{phones.show(e164)} is in {where}, and texts go only to {', '.join(allowed)} "
        "(ALLOWED_COUNTRIES)."
    )
