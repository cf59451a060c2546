"""Whether the database does not answer, which passes, or we asked it for what it has not."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

#: SQLite's name for a question that is wrong; to Python that is an OperationalError like any other
#: (sqlite.org/rescode.html, November 2026).
WRONG = "SQLITE_ERROR"


def is_outage(error: BaseException | None) -> bool:
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != WRONG
