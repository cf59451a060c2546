"""
The same record in two forms, of two people or in two tabs: neither loses what the other saved.

A form is given a mark of each value as it was shown. A value that is another by the time it is
saved was changed by somebody else: it stays where this form left it alone, and is told where it
was to become a third.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.utils.text import Truncator

if TYPE_CHECKING:
    from contacts.changes import Snapshot
    from contacts.forms import RecordForm
    from contacts.models import Record

SHOWN = 500  # characters of a value that is told


def marks(said: Snapshot) -> str:
    """For a hidden field of the form: “notes:1f0c…,email:…”."""
    return ",".join(f"{name}:{_mark(value)}" for name, (_, value) in said.items())


def settle(form: RecordForm, shown: str, stored: Record, now: Snapshot, typed: Snapshot) -> bool:
    """
    Whether a valid form may be saved. shown: its marks() as they were given out; stored: the record
    as it is, which says `now`; typed: what the form's own would say. Else the form has an error.
    """
    clashes, plain = [], set(form._meta.fields or ())
    for name in _changed(shown, now):
        if name not in form.fields and name != "phones":
            continue
        label, value = now[name]
        mine = _mark(typed[name][1]) if name in plain else ""
        if mine == _given(shown)[name]:
            setattr(form.instance, name, getattr(stored, name))
        elif mine != _mark(value):
            clashes.append(_told(label, value))
    if clashes:
        form.has_clashes = True
        form.add_error(None, " ".join(["Somebody saved this meanwhile.", *clashes, _KEPT]))
    return not clashes


_KEPT = "What you typed still stands here: saving it now replaces that."


def _told(label: str, value: str) -> str:
    return f"{label}: now “{Truncator(value).chars(SHOWN)}”." if value else f"{label}: now empty."


def _changed(shown: str, now: Snapshot) -> Iterator[str]:
    """Of what was shown; fields that came since, or went, say nothing."""
    for name, mark in _given(shown).items():
        if name in now and _mark(now[name][1]) != mark:
            yield name


def _given(shown: str) -> dict[str, str]:
    return {name: mark for name, _, mark in (one.partition(":") for one in shown.split(","))}


def _mark(value: str) -> str:
    """The same for what differs in line ends only, as browsers send them."""
    return blake2b(value.replace("\r\n", "\n").strip().encode(), digest_size=4).hexdigest()
