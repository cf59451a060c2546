"""The generated past fits together: a benchmark over nonsense would measure nonsense."""

from __future__ import annotations

import pytest
from django.db.models import Count, Max, Q

from contacts.models import Comment, Contact, DuplicateSearch
from messaging.models import Conversation, Message
from tests.bench import crowd


@pytest.fixture
def filled(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "hurry", lambda: None)
    monkeypatch.setattr(crowd, "analyze", lambda: None)
    crowd.fill(40, 300, 100, say=lambda line: None)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_roll_ups_and_conversations_say_what_the_messages_say(filled: None) -> None:
    said = Message.objects.values("contact").annotate(
        sent=Count("pk", filter=Q(direction="outbound")),
        received=Count("pk", filter=Q(direction="inbound")),
        last=Max("pk"),
    )

    for row in said:
        contact = Contact.objects.get(pk=row["contact"])
        assert (contact.texts_sent, contact.texts_received) == (row["sent"], row["received"])
        assert Conversation.objects.get(contact=contact).last_message_id == row["last"]
    assert Message.objects.filter(contact=1).count() == 100


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_the_pages_that_are_measured_are_as_long_as_they_should_be(
    filled: None, client: object
) -> None:
    on = {pk: Comment.objects.on(Contact.objects.get(pk=pk)) for pk in (1, 3)}

    assert on[3].filter(kind="track").count() == 25
    assert on[3].filter(kind="comment").count() == 25
    assert all(row.track.message.contact_id == 1 for row in on[1])


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_nothing_is_left_to_do_in_the_background(filled: None) -> None:
    assert DuplicateSearch.objects.get().finished_at
    assert not DuplicateSearch.objects.exclude(stage="").exists()
