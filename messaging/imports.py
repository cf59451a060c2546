"""
What importing contacts needs of us: a worker, and that nobody is texted who said no, which exports
tell. Logs of texts come in by the same door.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contacts.exporting import people
from contacts.importing import columns, kinds, storing, work
from contacts.importing.writing import among
from contacts.models import Contact, ContactImport
from messaging import consent, queue
from messaging.models import ConsentEvent, Recipient
from messaging.text_import import runs

TASK = "contacts.importing.work.work"


def listen() -> None:
    work.work_waits.connect(_call, dispatch_uid="messaging.imports")
    storing.said_no.connect(_opt_out, dispatch_uid="messaging.imports")
    storing.said_yes.connect(_agree, dispatch_uid="messaging.imports")
    storing.asked.connect(_known, dispatch_uid="messaging.imports")
    people.join(columns.FIELDS["opted_out"], _silent)
    kinds.register(runs.TEXTS, runs.KIND)


def call_for_work() -> None:
    """Once a minute: a call that was lost, or a worker that died, is made good."""
    if ContactImport.objects.at_work().exists():
        queue.call(TASK)


def _call(**_: Any) -> None:
    queue.call(TASK)


def _opt_out(phone: str, user: Any, words: str, **_: Any) -> bool:
    """Only ever said no: a list cannot say that somebody came back."""
    return consent.opt_out(phone, source="import", words=words, user=user)


def _agree(said: dict[str, str], user: Any, is_undone: bool, **_: Any) -> set[str]:
    kind = ConsentEvent.Kind.RETRACTED if is_undone else ConsentEvent.Kind.OPTED_IN
    return consent.note_import(said, kind=kind, user=user)


def _known(numbers: set[str], **_: Any) -> tuple[set[str], set[str]]:
    """Who only seemed to say no says it clearly now: that is news."""
    sure = Recipient.objects.opted_out().filter(phone__in=among(numbers), needs_review=False)
    return set(sure.values_list("phone", flat=True)), consent.agreed(numbers)


def _silent(contacts: Sequence[Contact]) -> dict[int, str]:
    """Of whom it is true: "yes", or which of their numbers where it is not all."""
    theirs = {contact.pk: [one.e164 for one in contact.phones.all()] for contact in contacts}
    every = [phone for phones in theirs.values() for phone in phones]
    found = Recipient.objects.opted_out().filter(phone__in=every)
    blocked = set(found.values_list("phone", flat=True))
    said = {pk: [one for one in phones if one in blocked] for pk, phones in theirs.items()}
    return {
        pk: "yes" if len(some) == len(theirs[pk]) else ", ".join(some)
        for pk, some in said.items()
        if some
    }
