"""
django-q2's broker in the database, quicker and cheaper where that is SQLite.

The usual one looks for tasks as often as it is told to, and each look is a query. SQLite can say
whether anybody else wrote at all since it was last asked, from memory that all processes share
(https://www.sqlite.org/pragma.html#pragma_data_version, read 2026-11-27): a glance that costs so
little that it can be taken far more often.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from django.db import connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf

_WAITING = "SELECT COUNT(*) FROM django_q_ormq WHERE key = %s AND lock <= %s"
LONGEST = 1.0  # seconds without a look: a task whose worker died is due again at some moment


class GlancingBroker(ORM):  # type: ignore[misc]  # django-q2 has no types
    """Looks for tasks when somebody wrote, and once a second in any case."""

    _seen: tuple[Any, int] | None = None  # the connection and what it said
    _looked_at = float("-inf")

    def dequeue(self) -> Any:
        """Tasks, or None after a short sleep."""
        if self._is_news():
            self._looked_at = monotonic()
            return super().dequeue()
        sleep(Conf.POLL)
        return None

    def queue_size(self) -> int:
        """How many tasks wait, a count that each text stored asks for: in plain SQL."""
        connection = connections[Conf.ORM]
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self.list_key, now])
            return int(cursor.fetchone()[0])

    def _is_news(self) -> bool:
        connection = connections[Conf.ORM]
        if connection.vendor != "sqlite":
            return True
        connection.ensure_connection()
        # Past Django's cursor, which costs more than the glance itself.
        raw = connection.connection
        (version,) = raw.execute("PRAGMA data_version").fetchone()
        before, self._seen = self._seen, (raw, version)
        return self._seen != before or monotonic() - self._looked_at > LONGEST
