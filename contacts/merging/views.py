"""Saved views that ask for a contact's communications: they follow it into another, and back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from contacts.ids import read_pk
from contacts.models import Contact, SavedView
from contacts.models.saved_view import LONGEST

#: By the pk of a view, what it asked before and since.
Asked = dict[str, list[str]]


def follow(gone: Contact, keep: Contact) -> Asked:
    """What changed."""
    changed: Asked = {}
    rows = SavedView.objects.select_for_update().filter(query__contains="contact=")
    for view in rows.order_by("pk"):
        query = _about(view.query, gone.pk, keep.pk)
        if query and len(query) <= LONGEST:
            changed[str(view.pk)] = [view.query, query]
            SavedView.objects.filter(pk=view.pk).update(query=query)
    return changed


def _about(query: str, old: int, new: int) -> str:
    """The same of another contact; "" if it is not about the old one."""
    pairs = parse_qsl(query)
    moved = [
        (name, str(new) if name == "contact" and read_pk(value) == old else value)
        for name, value in pairs
    ]
    return urlencode(moved) if moved != pairs else ""


def back(changed: Asked) -> None:
    """Those that still ask what they were made to ask."""
    for pk, (old, new) in changed.items():
        SavedView.objects.filter(pk=pk, query=new).update(query=old)
