"""
How the database goes about a page of a list: in the order of an index, and never by looking at the
whole table. Held with as many rows as make the two differ, and with what ANALYZE knows of them.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact
from messaging.models import Conversation, Direction, Message, Number, Status

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL weighs costs at size"),
]
ROWS = 400
LISTS = {
    "/inbox/": "messaging_conversation",
    "/inbox/?show=all": "messaging_conversation",
    "/inbox/?show=unread": "messaging_conversation",
    "/inbox/?show=unassigned": "messaging_conversation",
    "/inbox/?show=done": "messaging_conversation",
    "/inbox/?number={number}": "messaging_conversation",
    "/communications/": "messaging_message",
    "/communications/?direction=in": "messaging_message",
    "/communications/?number={number}": "messaging_message",
    "/contacts/": "contacts_contact",
    "/contacts/?sort=-texted": "contacts_contact",
}


@pytest.fixture
def crowd(number: Number, alice: User) -> None:
    now = timezone.now()
    people = Contact.objects.bulk_create(
        Contact(first_name=f"P{n}", name=f"P{n}", sort_name=f"p{n}") for n in range(ROWS)
    )
    texts = Message.objects.bulk_create(
        Message(
            number=number,
            gateway=number.gateway,
            contact=person,
            phone=f"+1212{5550000 + n}",
            author=alice,
            direction=Direction.OUTBOUND,
            status=Status.SENT,
            sent_at=now,
            text="Hi",
            segments=1,
            created_at=now - timedelta(minutes=n),
        )
        for n, person in enumerate(people)
    )
    Conversation.objects.bulk_create(
        Conversation(
            contact=person,
            phone=text.phone,
            number=number,
            last_message=text,
            last_at=text.created_at,
        )
        for person, text in zip(people, texts, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize(("address", "table"), LISTS.items(), ids=list(LISTS))
def test_a_page_begins_in_an_index(
    address: str, table: str, crowd: None, number: Number, alices_browser: Client
) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = alices_browser.get(address.format(number=number.pk))

    assert answer.status_code == 200
    (rows,) = [q["sql"] for q in asked if f'FROM "{table}"' in q["sql"] and "LIMIT 51" in q["sql"]]
    plan = steps(rows)
    (inner,) = [step for step in plan if "U0" in step]
    assert "INDEX" in inner, plan
    assert f"SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan


def steps(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[-1] for row in cursor.fetchall()]
