"""Which field of a contact each column of a file is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contacts.models import CustomField

#: Word of a field -> what people call it. In the order they are offered.
FIELDS = {
    "name": "Whole name",
    "first_name": "First name",
    "last_name": "Last name",
    "phones": "Phones, of any kind",
    "mobile": "Mobile",
    "work": "Work phone",
    "home": "Home phone",
    "email": "E-mail",
    "company": "Company",
    "job_title": "Job title",
    "tags": "Tags",
    "time_zone": "Time zone",
    "notes": "Notes",
    "opted_out": "Does not want texts",
    "agreed": "Agreed to texts",
}
PHONES = ("phones", "mobile", "work", "home")
NAMING = {"name", "first_name", "last_name"}
_NAMES = {
    "name": "name full_name fullname contact contact_name display_name lead lead_name client"
    " client_name customer customer_name seller seller_name buyer_name owner_name person"
    " kunde ansprechpartner",
    "first_name": "first_name firstname given_name forename vorname",
    "last_name": "last_name lastname surname family_name nachname",
    "phones": "phone phones phone_number phone_numbers telephone tel number phone_s"
    " contact_phone seller_phone phone_1 phone_2 phone_3"
    " phone_1_value phone_2_value phone_3_value telefon telefonnummer rufnummer",
    "mobile": "mobile mobile_phone cell cell_phone mobile_number phone_mobile phone_cell handy"
    " handynummer mobil mobilnummer mobiltelefon",
    "work": "work work_phone business_phone office_phone company_phone phone_work phone_office",
    "home": "home home_phone private_phone phone_home phone_private",
    "email": "email e_mail emails e_mails email_address mail e_mail_address email_addresses"
    " contact_email seller_email email_1 email_work email_home email_other e_mail_1_value",
    "company": "company organization organisation company_name companies account account_name"
    " employer business firma",
    "job_title": "job_title title position role job job_role occupation",
    "tags": "tags tag labels groups group_membership category categories",
    "time_zone": "time_zone timezone",
    "notes": "notes note comment comments description notizen bemerkung bemerkungen",
    "opted_out": "opted_out opt_out optout unsubscribed do_not_text do_not_contact dnt stop"
    " opted_out_at opt_out_date unsubscribed_at unsubscribe sms_opt_out sms_optout sms_opted_out"
    " sms_unsubscribed text_opt_out opted_out_of_sms opted_out_of_texts do_not_sms no_sms no_texts"
    " do_not_call dnc keine_sms abgemeldet",
    "agreed": "agreed opted_in opt_in optin opted_in_at opt_in_date sms_opt_in sms_opted_in"
    " sms_consent text_consent consent consented subscribed sms_subscribed einwilligung",
}
_FIELD_OF = {alias: field for field, names in _NAMES.items() for alias in names.split()}
#: What a cell of agreed says if they did, beside the day they did: all else is no agreement.
AGREES = {
    *("1", "yes", "y", "true", "t", "x", "ja", "agreed", "consented", "active"),
    *("opted in", "opted-in", "opt in", "opt-in", "subscribed"),
}
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?\b.*|\d\d?[./]\d\d?[./]\d{2,4}\b.*", re.DOTALL)
_ODD = re.compile(r"[\W_]+")
#: What a cell of opted_out says if it does not say no to texts. All else does: the day it was said,
#: “STOP by text”. To be silent by mistake can be mended.
WANTS = {
    *("0", "no", "n", "false", "f", "nein", "never", "none", "null", "nil", "n/a", "na", "-", "–"),
    *("opted in", "opted-in", "opt in", "opt-in", "subscribed", "active"),
}


def _folded(name: str) -> str:
    return _ODD.sub("_", name.casefold()).strip("_")


_OWN_NAMES = {_folded(label): field for field, label in FIELDS.items()} | {f: f for f in FIELDS}


def guess(header: list[str], custom: Sequence[CustomField] = ()) -> list[str]:
    """A field for each column by its name, each field but phones once."""
    taken: set[str] = set()
    found = []
    for name in header:
        field = next((one for one in _meant(name, custom) if one not in taken), "")
        taken |= {field} - {"phones"}
        found.append(field)
    if not taken & NAMING:  # Podio calls so what an item is called by
        found = [
            "name" if _folded(name) == "title" else one
            for name, one in zip(header, found, strict=True)
        ]
    return found


def _meant(name: str, custom: Sequence[CustomField]) -> Iterator[str]:
    """
    The surest first. A column called Role is the custom field of that name, and a job title only
    where there is none.
    """
    key = _folded(name)
    if key in _OWN_NAMES:
        yield _OWN_NAMES[key]
    yield from (field.name for field in custom if field.label.casefold() == name.casefold())
    if key:
        yield from (
            field.name
            for field in custom
            if key in {_folded(field.label), field.key, _folded(field.name)}
        )
    if key in _FIELD_OF:
        yield _FIELD_OF[key]


def agrees(cell: str) -> bool:
    """Whether a cell of agreed says that they did."""
    return cell.casefold() in AGREES or bool(_DAY.fullmatch(cell))


def read(cells: list[str], mapping: list[str]) -> dict[str, list[str]]:
    """What a row says, by field: all cells of its columns that hold anything."""
    said: dict[str, list[str]] = {}
    for cell, field in zip(cells, mapping, strict=False):
        if field and cell:
            said.setdefault(field, []).append(cell)
    return said
