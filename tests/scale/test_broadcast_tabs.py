"""
What a broadcast's page lists of a kind, and whether it is finished, without a look at the texts of
all its recipients: a hundred thousand took PostgreSQL 200 ms, and SQLite 30.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messaging.broadcasts import counting
from messaging.broadcasts.work import call_for_work
from messaging.models import Broadcast, Message, Status
from tests.messaging.test_retrying import Sent, explained, sent

__all__ = ["sent"]  # a fixture
pytestmark = pytest.mark.storage
FIRST = 12125550000
LISTED = "LIMIT 51"


@pytest.fixture
def large(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Broadcast:
    """To nine: one missed, five delivered, and then three whose texts nobody can tell about."""
    monkeypatch.setattr(counting, "SMALL", 2)
    row = sent(9, 9)
    unknown = [f"+{FIRST + place}" for place in (6, 7, 8)]
    Message.objects.filter(phone__in=unknown).update(status=Status.UNCONFIRMED)
    counting.keep(row)
    return row


def look(browser: Client, row: Broadcast, kind: str) -> tuple[list[str], list[str]]:
    """Who is listed, and what was asked for the list."""
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(f"{row.get_absolute_url()}?show={kind}").context["page"]
    listed = [one["sql"] for one in asked if LISTED in one["sql"]]
    return [one.phone for one in page.items], listed


def test_a_tab_begins_with_the_first_who_was_counted(
    large: Broadcast, alices_browser: Client
) -> None:
    begins = large.recipients.get(phone=f"+{FIRST + 6}").pk

    shown, asked = look(alices_browser, large, "unconfirmed")

    assert shown == [f"+{FIRST + place}" for place in (6, 7, 8)]
    assert [f'"id" >= {begins}' in sql for sql in asked] == [True]


def test_nobody_is_looked_for_where_the_figures_say_nobody(
    large: Broadcast, alices_browser: Client
) -> None:
    assert look(alices_browser, large, "waiting") == ([], [])


def test_figures_of_an_older_version_leave_nobody_out(
    large: Broadcast, alices_browser: Client
) -> None:
    del large.counts["first"]
    large.save(update_fields=["counts"])

    shown, _ = look(alices_browser, large, "delivered")

    assert shown == [f"+{FIRST + place}" for place in range(1, 6)]


def test_whether_it_is_finished_is_asked_of_what_has_not_left(sent: Sent) -> None:
    row = sent(3_000, 1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as asked:
        call_for_work()

    row.refresh_from_db()
    assert row.state == Broadcast.State.FINISHED
    (sql,) = [one["sql"] for one in asked if "EXISTS" in one["sql"]]
    plan = explained(sql)
    assert "message_by_status" in plan, plan
    assert "broadcast_all" not in plan, plan
