"""SQLite's own online backup: it waits for no writer, and what it copies is one moment."""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from contextlib import closing
from pathlib import Path
from typing import cast

from django.db import connection

from messaging import version
from messaging.backup.errors import BackupFailed

HEAD = b"SQLite format 3\0"
_STRANGER = """
    INSERT INTO messaging_installation (id, instance_id, epoch) VALUES (1, ?, 0)
        ON CONFLICT (id) DO UPDATE SET instance_id = excluded.instance_id, epoch = 0
"""


def back_up(draft: Path) -> None:
    """Into an empty file that is there."""
    try:
        with closing(sqlite3.connect(draft)) as copy:
            _live().backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without one for its newest rows
    except sqlite3.Error as error:
        raise BackupFailed(f"The backup was not made: {error}.") from None


def restore(file: Path) -> None:
    """
    Put it in the place of the database in one step, so that nobody ever sees it unlocked. Other
    processes that have the database open go on with the restored one.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with (
                closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(Path(folder) / "draft.sqlite3")) as draft,
            ):
                source.backup(draft)
                _check(draft, file)
                _lock(draft)
                draft.backup(_live())
        except sqlite3.Error as error:
            raise BackupFailed(f"{file} was not restored: {error}.") from None
    connection.close()


def _live() -> sqlite3.Connection:
    connection.ensure_connection()
    return cast("sqlite3.Connection", connection.connection)


def _check(draft: sqlite3.Connection, file: Path) -> None:
    """Whether it is whole, ours, and not of a newer version than this code."""
    (found,) = draft.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise BackupFailed(f"{file} is damaged: {found}.")
    try:
        rows = draft.execute("SELECT app, name FROM django_migrations").fetchall()
        draft.execute("SELECT 1 FROM messaging_installation")
    except sqlite3.OperationalError:
        raise BackupFailed(f"{file} is a SQLite database, but not one of smscrm's.") from None
    if name := version.newer(rows):
        raise BackupFailed(f"{file} is of a newer smscrm, which has {name}: upgrade first.")


def _lock(draft: sqlite3.Connection) -> None:
    """An id that no file knows: see messaging.fence. And nobody is signed in."""
    with draft:
        draft.execute("DELETE FROM django_session")
        draft.execute(_STRANGER, (uuid.uuid4().hex,))
