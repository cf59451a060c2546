"""
What importing contacts needs of us: a worker, and that nobody is texted who said no. Logs of texts
come in by the same door.
"""

from __future__ import annotations

from typing import Any

from contacts.importing import kinds, storing, work
from contacts.models import ContactImport
from messaging import consent, queue
from messaging.models import ConsentEvent
from messaging.text_import import runs

TASK = "contacts.importing.work.work"


def listen() -> None:
    work.work_waits.connect(_call, dispatch_uid="messaging.imports")
    storing.said_no.connect(_opt_out, dispatch_uid="messaging.imports")
    storing.said_yes.connect(_agree, dispatch_uid="messaging.imports")
    kinds.register(runs.TEXTS, runs.KIND)


def call_for_work() -> None:
    """Once a minute: a call that was lost, or a worker that died, is made good."""
    if ContactImport.objects.at_work().exists():
        queue.call(TASK)


def _call(**_: Any) -> None:
    queue.call(TASK)


def _opt_out(phone: str, user: Any, words: str, **_: Any) -> None:
    """Only ever said no: a list cannot say that somebody came back."""
    consent.opt_out(phone, source="import", words=words, user=user)


def _agree(said: dict[str, str], user: Any, is_undone: bool, **_: Any) -> set[str]:
    kind = ConsentEvent.Kind.RETRACTED if is_undone else ConsentEvent.Kind.OPTED_IN
    return consent.note_import(said, kind=kind, user=user)
