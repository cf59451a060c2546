"""Erasing one person: the record, what hangs on it, their rows of lists, their name elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

from contacts import audit, changes, phones
from contacts.models import Comment, Contact, ImportPiece, ImportRow, Merge, SavedView
from contacts.models.comment import MAX_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

#: A contact is about to be erased, in this transaction; argument `contact`. Who listens erases
#: what it keeps, or raises CannotErase, and then everything stays.
erasing = Signal()

NOBODY = "somebody who was erased"
POINTING = {"contact", "main_contact"}  # fields of other records that name a contact
MOST_ELSEWHERE = 20


class CannotErase(Exception):
    """Why not now: one plain sentence."""


@transaction.atomic
def erase(contact: Contact, *, by: User) -> None:
    """All of it or nothing, with those that became a part of this one. Raises CannotErase."""
    for one in [*merged_into(contact), contact]:
        pk = one.pk
        erasing.send(Contact, contact=one)
        _blank_import_rows(one)
        _rename_in_changes(one)
        _blank_admin_log(one)
        _delete_views(one)
        one.delete()  # with phones, comments and what follows them
        audit.note(audit.Action.ERASED, by=by, about=f"Contact {pk}")
        log.info("User %s erased contact %s", by.pk, pk)


def merged_into(contact: Contact) -> list[Contact]:
    """What became a part of it, and what had become a part of that; the deepest first."""
    found: list[Contact] = []
    for merge in Merge.objects.standing().filter(keep=contact).select_related("gone"):
        found += [*merged_into(merge.gone), merge.gone]
    return found


def elsewhere(contact: Contact, user: User) -> list[Comment]:
    """
    Notes on other records with this person's name, number or address in them: what somebody
    wrote about something else is not ours to change, but a person should look at it.
    """
    words = Q()
    for word in _words(contact):
        words |= Q(body__icontains=word)
    if not words:
        return []
    kind = ContentType.objects.get_for_model(Contact)
    notes = Comment.objects.filter(words, kind=Comment.Kind.COMMENT)
    notes = notes.exclude(content_type=kind, object_id=contact.pk).order_by("-pk")
    return [row for row in notes.prefetch_related("record")[:MOST_ELSEWHERE] if row.record]


def _words(contact: Contact) -> list[str]:
    """What tells them from everybody else: a first name alone does not."""
    known = [contact.email, *contact.phones.values_list("e164", flat=True)]
    known += [contact.name] if contact.first_name and contact.last_name else []
    return [word for word in known if word]


def _blank_import_rows(contact: Contact) -> None:
    """Of every list that was imported: the rows that became them, or were about them."""
    numbers = [phones.digits(number) for number in contact.phones.values_list("e164", flat=True)]
    words = [contact.email.casefold()] if contact.email else []
    rows = ImportRow.objects.exclude(cells=[])
    theirs = [
        pk
        for pk, owner, cells in rows.values_list("pk", "contact", "cells").iterator()
        if owner == contact.pk or _is_about(cells, words, numbers)
    ]
    for start in range(0, len(theirs), 500):
        some = ImportRow.objects.filter(pk__in=theirs[start : start + 500])
        some.update(cells=[], before={}, problem="", contact=None)
    for piece in ImportPiece.objects.iterator(chunk_size=1):
        blank = [[] if _is_about(cells, words, numbers) else cells for cells in piece.cells]
        if blank != piece.cells:
            ImportPiece.objects.filter(pk=piece.pk).update(cells=blank)


def _is_about(cells: Iterable[Any], words: list[str], numbers: list[str]) -> bool:
    """A number may stand there without its country."""
    for cell in map(str, cells):
        digits = phones.digits(cell)
        if any(word in cell.casefold() for word in words):
            return True
        if len(digits) > 6 and any(n in digits or n.endswith(digits) for n in numbers):
            return True
    return False


def _rename_in_changes(contact: Contact) -> None:
    """ "changed Contact from Maren to Carol" on a deal: what the software wrote, it writes anew."""
    rows = Comment.objects.filter(kind=Comment.Kind.CHANGE, body__contains=contact.name)
    for row in rows:
        for change in row.details:
            if change["field"] in POINTING:
                change |= {k: NOBODY for k in ("before", "after") if change[k] == contact.name}
        row.body = "; ".join(map(changes.sentence, row.details))[:MAX_LENGTH]
        row.save(update_fields=["details", "body"])


def _blank_admin_log(contact: Contact) -> None:
    kind = ContentType.objects.get_for_model(Contact)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(contact.pk))
    rows.update(object_repr="Erased", change_message="")


def _delete_views(contact: Contact) -> None:
    """Saved views that ask for this person: by number, e-mail, whole name or as `contact=`."""
    words = [word.casefold() for word in _words(contact)]
    numbers = [phones.digits(number) for number in contact.phones.values_list("e164", flat=True)]
    for view in SavedView.objects.exclude(query=""):
        asked = parse_qsl(view.query)
        said = [view.name, *(value for name, value in asked if name != "ids")]
        if ("contact", str(contact.pk)) in asked or _is_about(said, words, numbers):
            view.delete()
