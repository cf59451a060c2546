"""How many strings are tried: few in the suite, as many as HOSTILE_STRINGS says in a full run."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Contact, Deal
from messaging.models import Conversation
from tests.hostile.entries import FORMS, QUESTIONS

ENTRIES = len(QUESTIONS) + len(FORMS)
EACH = -(-int(os.environ.get("HOSTILE_STRINGS") or 4 * ENTRIES) // ENTRIES)
tried: Counter[str] = Counter()


@pytest.fixture
def things(carol: Contact, roof: Deal, number: Any, alice: Any) -> dict[str, int]:
    """The ids that addresses name."""
    alice.is_staff = True  # so that nothing is refused for who she is
    alice.save()
    note = post_comment(on=carol, author=alice, body="A note")
    thread = Conversation.objects.create(
        phone="+447700900444", number=number, last_at=timezone.now()
    )
    return {"carol": carol.pk, "roof": roof.pk, "note": note.pk, "thread": thread.pk}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if tried:
        words = f"{tried.total():,} hostile strings at {len(tried)} entries"
        terminalreporter.write_line(words)
