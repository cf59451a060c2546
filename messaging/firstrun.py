"""From nothing to the first text, in four steps, each ticked off by what the database holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from contacts.models import Comment, Contact, Phone
from contacts.roles import Right, may
from messaging.models import Direction, Message, Number


@dataclass(frozen=True, slots=True)
class Step:
    """href is "" where there is nothing to open yet, or not for this person."""

    title: str
    words: str
    done: bool
    href: str = ""
    label: str = ""


def steps(user: Any) -> list[Step]:
    """The four steps, or [] once a text was sent: then nobody needs them."""
    if Message.objects.filter(direction=Direction.OUTBOUND).exists():
        return []
    may_add = may(user, Right.RUN)
    phone = Phone.objects.filter(contact__in=_visible(user)).order_by("pk").first()
    address = phone.contact.get_absolute_url() if phone else ""
    return [
        Step(
            "Add a number of yours",
            "The one your gateway gave you: texts leave from it, and answers come to it."
            if may_add
            else "Whoever runs smscrm here does that.",
            Number.objects.active().exists(),
            reverse("messaging:number-create") if may_add else "",
            "Add number",
        ),
        Step(
            "Add a contact with a mobile",
            "Your own phone is a good first one.",
            phone is not None,
            reverse("contacts:contact-create"),
            "Add contact",
        ),
        Step(
            "Open it, and leave a comment",
            "Notes about a person stand on their page; only your team reads them.",
            Comment.objects.filter(kind=Comment.Kind.COMMENT).exists(),
            address,
            "Open",
        ),
        Step(
            "Type sms: Hello there",
            "In the same box. What follows is texted, and you see what becomes of it.",
            False,
            f"{address}?tab=activity#id_body" if address else "",
            "Write",
        ),
    ]


def _visible(user: Any) -> Any:
    return Contact.objects.visible_to(user).current()
