"""Which merge fields there are, and what they are for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.dateformat import format as format_date

from contacts.models import Contact, Deal, Record

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


def _amount(deal: Deal) -> str:
    return "" if deal.amount is None else f"{deal.amount:,.2f}".removesuffix(".00")


def _due(deal: Deal) -> str:
    return format_date(deal.due_on, "j F") if deal.due_on else ""


#: Each field: what it is, in words for people, and its value. In the order they are offered.
FIELDS: Mapping[str, tuple[str, Value]] = {
    "first_name": ("First name", _contact("first_name")),
    "last_name": ("Last name", _contact("last_name")),
    "name": ("Whole name", lambda whom: _name(whom.contact)),
    "company": ("Company", _contact("company")),
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


def known() -> dict[str, str]:
    """Every field there is, with its words for people."""
    return {name: label for name, (label, _) in FIELDS.items()}


def values(names: Iterable[str], whom: Whom) -> dict[str, str]:
    """What these fields are; "" where there is nothing."""
    return {name: _text(FIELDS[name][1](whom)) for name in names}


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
