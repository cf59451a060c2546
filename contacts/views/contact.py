"""What is particular to contacts."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from contacts.bulk import wording
from contacts.filters import ContactFilters
from contacts.forms import ContactForm
from contacts.models import Contact, Deal, Merge, Phone
from contacts.views.kinds import Column, Kind, follow

MOST_SHARERS = 5
MOST_RELATED = 10


def fetch(rows: Any) -> Any:
    """Contacts with whether anybody else has one of their numbers (any_shared)."""
    others = Phone.objects.filter(e164=OuterRef("e164")).exclude(contact=OuterRef("contact"))
    return rows.annotate(
        any_shared=Exists(Phone.objects.filter(Exists(others), contact=OuterRef("pk")))
    )


def about(contact: Contact, user: Any) -> dict[str, Any]:
    """Phones with who else has them, local time, deals."""
    deals = Deal.objects.visible_to(user).current().filter(contact=contact)
    return {
        "phones": with_sharers(contact, user),
        "phone_to_text": contact.phone_to_text(),
        "local_time": local_time(contact),
        "deals": list(deals.order_by("-pk")[: MOST_RELATED + 1]),
    }


def with_sharers(contact: Contact, user: Any) -> list[tuple[Phone, list[Contact]]]:
    """Each phone, and the other contacts that have the same number."""
    own = list(contact.phones.all())
    if not getattr(contact, "any_shared", True):
        return [(phone, []) for phone in own]
    others = Phone.objects.filter(
        e164__in=[phone.e164 for phone in own], contact__in=Contact.objects.visible_to(user)
    ).exclude(contact=contact)
    sharers: dict[str, list[Contact]] = {}
    for phone in others.select_related("contact").order_by("pk")[: MOST_SHARERS * (len(own) or 1)]:
        sharers.setdefault(phone.e164, []).append(phone.contact)
    return [(phone, sharers.get(phone.e164, [])) for phone in own]


def local_time(contact: Contact) -> str:
    """Their clock now, "09:44", if their time zone is known."""
    if not contact.time_zone:
        return ""
    return timezone.now().astimezone(ZoneInfo(contact.time_zone)).strftime("%H:%M")


def moved(contact: Contact) -> Contact | None:
    """The contact that this one was merged into."""
    merge = Merge.objects.standing().filter(gone=contact.pk).select_related("keep").first()
    return merge.keep if merge else None


def beside(request: HttpRequest) -> dict[str, Any]:
    """What was just done to many of them."""
    return {"bulk": wording.done(request)}


CONTACT = Kind(
    noun="contact",
    nouns="contacts",
    icon="users",
    model=Contact,
    form=ContactForm,
    filters=ContactFilters,
    columns=(
        Column("Name", "name"),
        Column("Phone"),
        Column("Tags"),
        Column("Last texted", "-texted"),
        Column("Last reply", "-reply"),
        Column("Texts sent", "-texts", end=True),
        Column("Added", "-created", end=True),
    ),
    sorts={
        "name": "sort_name",
        "texted": "last_texted_at",
        "reply": "last_reply_at",
        "texts": "texts_sent",
        "created": "created_at",
    },
    default_sort="name",
    joined=("company",),
    fetched=("phones", "tags"),
    has_conversation=True,
    moved=moved,
    beside=beside,
    about=about,
)

follow(Contact, fetch)
