"""How many strings are tried: few in the suite, as many as HOSTILE_STRINGS says in a full run."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from contacts import duplicates
from contacts.comments import post_comment
from contacts.models import Contact, ContactImport, CustomField, Deal
from contacts.roles import Role
from messaging.models import Conversation, Hook
from tests.hostile.entries import FORMS, QUESTIONS

ENTRIES = len(QUESTIONS) + len(FORMS)
EACH = -(-int(os.environ.get("HOSTILE_STRINGS") or 4 * ENTRIES) // ENTRIES)
tried: Counter[str] = Counter()


@pytest.fixture
def things(carol: Contact, roof: Deal, number: Any, alice: Any) -> dict[str, int]:
    """The ids that addresses name."""
    alice.member.role = Role.ADMIN  # so that nothing is refused for who she is
    alice.member.save()
    kind = ContentType.objects.get_for_model(Contact)
    for key, kind_of in (("street", "text"), ("rent", "number"), ("birthday", "date")):
        CustomField.objects.create(content_type=kind, key=key, label=key, type=kind_of)
    options = [{"id": 1, "name": "Gold"}]
    CustomField.objects.create(
        content_type=kind, key="plan", label="Plan", type="choice", options=options
    )
    note = post_comment(on=carol, author=alice, body="A note")
    thread = Conversation.objects.create(
        phone="+447700900444", number=number, last_at=timezone.now()
    )
    twin = Contact.objects.create(first_name="Caro")
    pair = duplicates.pair(carol.pk, twin.pk)
    hook = Hook.objects.create(url="https://93.184.216.34/")
    made = {"carol": carol, "roof": roof, "note": note, "thread": thread, "hook": hook}
    made["pair"] = pair
    made["log"] = ContactImport.objects.create(
        author=alice, kind="texts", header=["From", "To", "Date", "Message"]
    )
    return {name: thing.pk for name, thing in made.items()}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if tried:
        words = f"{tried.total():,} hostile strings at {len(tried)} entries"
        terminalreporter.write_line(words)
