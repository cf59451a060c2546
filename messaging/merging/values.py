"""Which merge fields there are, and what they are for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils.dateformat import format as format_date

from contacts import custom
from contacts.models import Company, Contact, CustomField, Deal, Record
from contacts.models.member import sees

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CLOSED = (Deal.Stage.WON, Deal.Stage.LOST)


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a text is filled. deal: the one it is about, if any. author: who sends it."""

    contact: Contact | None
    deal: Deal | None = None
    author: User | None = None


Value = Callable[[Whom], Any]


def _contact(name: str) -> Value:
    return lambda whom: getattr(whom.contact, name, "")


def _deal(show: Callable[[Deal], Any]) -> Value:
    return lambda whom: whom.deal and show(whom.deal)


def _user(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _owner(whom: Whom) -> User | None:
    return whom.contact.owner if whom.contact else None


def _company(whom: Whom) -> Company | None:
    """Not another team's: whoever writes would read its name in what they wrote."""
    found: Company | None = whom.contact.company if whom.contact else None
    hidden = found and found.team_id and whom.author and not sees(whom.author, found)
    return None if hidden else found


def _amount(deal: Deal) -> str:
    return "" if deal.amount is None else f"{deal.amount:,.2f}".removesuffix(".00")


def _due(deal: Deal) -> str:
    return format_date(deal.due_on, "j F") if deal.due_on else ""


#: Each field: what it is, in words for people, and its value. In the order they are offered.
FIELDS: Mapping[str, tuple[str, Value]] = {
    "first_name": ("First name", _contact("first_name")),
    "last_name": ("Last name", _contact("last_name")),
    "name": ("Whole name", lambda whom: _name(whom.contact)),
    "company": ("Company", _company),
    "job_title": ("Job title", _contact("job_title")),
    "email": ("E-mail", _contact("email")),
    "owner": ("Their owner’s name", lambda whom: _user(_owner(whom))),
    "owner.first_name": ("Their owner’s first name", lambda whom: _first(_owner(whom))),
    "me": ("Your name", lambda whom: _user(whom.author)),
    "me.first_name": ("Your first name", lambda whom: _first(whom.author)),
    "deal.title": ("Deal", _deal(lambda deal: deal.title)),
    "deal.stage": ("Stage of the deal", _deal(lambda deal: deal.get_stage_display())),
    "deal.amount": ("Amount of the deal", _deal(_amount)),
    "deal.due_on": ("Day the deal is due", _deal(_due)),
}


#: What stands before the key of a custom field, and on which record it is.
CUSTOM: Mapping[str, tuple[type[Record], Callable[[Whom], Record | None]]] = {
    "": (Contact, lambda whom: whom.contact),
    "company.": (Company, _company),
    "deal.": (Deal, lambda whom: whom.deal),
}


def known(*, archived: bool = False) -> dict[str, str]:
    """Every field there is, with its words for people. archived: those that were, too."""
    named = {name: label for name, (label, _) in FIELDS.items()}
    for start, (model, _) in CUSTOM.items():
        rows = CustomField.objects.of(model)
        for row in rows if archived else rows.current():
            noun = "" if model is Contact else f" of the {model._meta.verbose_name}"
            named.setdefault(f"{start}{row.key}", f"{row.label}{noun}")
    return named


def are_built_in(names: Iterable[str]) -> bool:
    """Whether no custom field is among them, so that nobody has to be asked which there are."""
    return FIELDS.keys() >= set(names)


def values(names: Iterable[str], whom: Whom) -> dict[str, str]:
    """What these fields are; "" where there is nothing."""
    read = {name: _text(FIELDS[name][1](whom)) for name in names if name in FIELDS}
    for start, (_, record_of) in CUSTOM.items():
        keys = [name for name in names if name not in FIELDS and _start(name) == start]
        record = record_of(whom) if keys else None
        held = custom.words(record) if record else {}
        read |= {name: _text(held.get(name.removeprefix(start))) for name in keys}
    return read


def fetch(names: Iterable[str], contacts: Iterable[Contact], deals: Iterable[Deal]) -> None:
    """What custom fields of many people hold, with one question for each record type."""
    starts = {_start(name) for name in names if name not in FIELDS}
    if "" in starts:
        prefetch_related_objects(list(contacts), "custom__field")
    if "company." in starts:
        prefetch_related_objects(list(contacts), "company__custom__field")
    if "deal." in starts:
        prefetch_related_objects(list(deals), "custom__field")


def _start(name: str) -> str:
    return f"{name.partition('.')[0]}." if "." in name else ""


def needs_deal(names: Iterable[str]) -> bool:
    return any(name.startswith("deal.") for name in names)


def deal_for(contact: Contact | None, record: Record | None, author: User | None) -> Deal | None:
    """The deal a text is written on; else the newest open one of this contact, if any."""
    if isinstance(record, Deal):
        return record
    if contact is None:
        return None
    rows: Any = Deal.objects.visible_to(author) if author else Deal.objects.all()
    deals = rows.current().filter(contact=contact).exclude(stage__in=CLOSED)
    found: Deal | None = deals.order_by("-created_at", "-pk").first()
    return found


def _name(contact: Contact | None) -> str:
    """Not the address or the words that stand for a name where there is none."""
    return f"{contact.first_name} {contact.last_name}" if contact else ""


def _first(user: User | None) -> str:
    return user.first_name if user else ""


def _text(value: Any) -> str:
    """On one line, without space around it."""
    return " ".join(str(value or "").split())
