"""Taking back the texts of an import, and what was made for them where nobody used it since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, Q

from contacts.importing import undoing
from contacts.importing.drafts import EMPTY
from contacts.importing.rows import Row
from contacts.importing.writing import among
from contacts.models import Comment, Contact, ImportRow, Merge, Phone
from contacts.models.contact import called
from messaging import people, settling
from messaging.models import Message, Number, Recipient
from messaging.models.erased import ERASED

Outcome = ImportRow.Outcome
GONE = "The text is not there any more."
STAYS = f"The contact stays: {undoing.USED[0].lower()}{undoing.USED[1:]}"
USED = "Somebody sent it again or answered it since."


def undo(rows: list[Row]) -> None:
    """
    The last rows first. Consent stays: whoever said STOP stays blocked. In a transaction of the
    caller's; what happened is in the rows then, not told to the database.
    """
    texts = Message.objects.filter(pk__in=among({row.before.get("text", 0) for row in rows}))
    there = {text.pk: text for text in texts.select_related("contact")}
    people.hold_all({text.phone for text in there.values()} - {ERASED})
    used = _used(there)
    for row in rows:
        text = row.before.get("text")
        row.outcome = Outcome.KEPT if text not in there or text in used else Outcome.UNDONE
        if row.outcome == Outcome.KEPT:
            row.problem = USED if text in used else GONE
    undone = [row for row in rows if row.outcome == Outcome.UNDONE]
    _delete([there[row.before["text"]] for row in undone])
    _take_back_contacts(rows)
    _take_back_numbers({row.before["number"] for row in undone if "number" in row.before})
    _take_back_recipients({row.before["recipient"] for row in undone if "recipient" in row.before})


def _used(there: dict[int, Message]) -> set[int]:
    used: set[int] = set()
    for name in ("retry_of", "reply_to"):
        rows = Message.objects.filter(**{f"{name}__in": among(there)})
        used |= set(rows.values_list(name, flat=True))
    return used


def _delete(texts: list[Message]) -> None:
    """With their entries on timelines; who had them is counted anew."""
    pks = [text.pk for text in texts]
    if pks:
        Comment.objects.filter(track__message__in=among(pks)).delete()
        Message.objects.filter(pk__in=among(pks)).delete()
    settling.settle(text.contact for text in texts if text.contact)
    for phone in {text.phone for text in texts if not text.contact}:
        settling.settle_phone(phone)


def _take_back_contacts(rows: list[Row]) -> None:
    """Those that were made for these rows, as imported contacts are taken back."""
    made = {row.before["contact"][0]: row for row in rows if "contact" in row.before}
    used = _worked_on(made)
    undoing.undo([_as_imported(row) for pk, row in made.items() if pk not in used])
    there = set(Contact.objects.filter(pk__in=among(made)).values_list("pk", flat=True))
    for row in rows:
        if row.contact_id in made and row.contact_id not in there:
            row.contact_id = None
    for pk in there:
        made[pk].problem = f"{made[pk].problem} {STAYS}".strip()


def _as_imported(row: Row) -> Row:
    """A row that made this contact, with nothing but a name."""
    pk, first_name, last_name = row.before["contact"]
    name, sort_name = called(first_name, last_name, "")
    values = EMPTY | {"first_name": first_name, "last_name": last_name}
    values |= {"name": name, "sort_name": sort_name}
    fields = {name: [None, value] for name, value in values.items()}
    before = {"fields": fields, "phones": [], "tags": []}
    return replace(row, outcome=Outcome.CREATED, contact_id=pk, before=before)


def _worked_on(pks: dict[int, Any]) -> set[int]:
    """Those with more than a log gives: an owner, tags, deals, another phone …"""
    if not pks:
        return set()
    mine = Contact.objects.filter(pk__in=among(pks))
    names = ("owner", "team", "archived_at", "tags", "deals", "main_contact_of", "custom")
    more = Q()
    for name in (*names, "recurrences"):
        more |= Q(**{f"{name}__isnull": False})
    used = set(mine.filter(more).values_list("pk", flat=True))
    used |= set(mine.alias(n=Count("phones")).filter(n__gt=1).values_list("pk", flat=True))
    return used | set(Merge.objects.filter(keep__in=among(pks)).values_list("keep", flat=True))


def _take_back_numbers(pks: set[int]) -> None:
    """Numbers of ours that nobody added or texted with."""
    if pks:
        idle = Number.objects.filter(active=False, label=people.NOT_ADDED, messages=None)
        idle.filter(pk__in=pks, triggers=None).delete()


def _take_back_recipients(phones: set[str]) -> None:
    """Those of whom nothing is known, not even from another text or a contact."""
    known = set(Message.objects.filter(phone__in=phones).values_list("phone", flat=True))
    known |= set(Phone.objects.filter(e164__in=phones).values_list("e164", flat=True))
    unknown = Recipient.objects.filter(opted_out_at=None, looked_up_at=None, dead_at=None)
    unknown.filter(phone__in=phones - known, events=None).delete()
