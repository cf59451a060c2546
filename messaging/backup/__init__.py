"""
The whole database in one file, and back. A restored one sends nothing until `unlock_sending`: it
remembers as queued what went out after the backup was made.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from types import ModuleType

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from contacts import audit
from contacts.models import Contact
from contacts.progress import Progress
from messaging import queue
from messaging.backup import postgres, sqlite
from messaging.backup.errors import BackupFailed
from messaging.models import Message

__all__ = ["BackupFailed", "back_up", "restore"]

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def back_up(file: Path, progress: Progress) -> int:
    """
    Write a backup beside what runs, readable by its owner alone. Returns its size in bytes.

    Whole or not at all: a file of that name stays until its successor is complete. Raises
    BackupFailed.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror}.") from None
    os.close(handle)
    draft = Path(name)
    try:
        with progress.watching(lambda: f"{draft.stat().st_size:,} bytes written"):
            _database().back_up(draft)
        draft.chmod(stat.S_IRUSR | stat.S_IWUSR)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, progress: Progress, *, overwrite: bool) -> None:
    """
    Put a backup in the place of what is here, and lock sending. Everybody signs in again.

    Raises BackupFailed, and then nothing has changed: among others where data would be lost and
    overwrite is not said.
    """
    _check_kind(file)
    if not overwrite and _has_data():
        raise BackupFailed(
            "This database holds data, which a restore would replace: make a backup of it, then "
            "say --overwrite."
        )
    with progress.watching(lambda: "The backup is checked and put in place"):
        _database().restore(file)
    with progress.watching(lambda: "The database is brought up to date"):  # an older backup
        call_command("migrate", interactive=False, verbosity=0)
    audit.note(audit.Action.RESTORED, about=file.name)  # the log is the backup's from here on
    queue.ensure_schedule()


def _database() -> ModuleType:
    modules: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}
    return modules[connection.vendor]


def _check_kind(file: Path) -> None:
    """Whether the file begins as a backup of this kind of database does."""
    try:
        with file.open("rb") as opened:
            head = opened.read(16)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read: {error.strerror}.") from None
    kinds = {"sqlite": head == sqlite.HEAD, "postgresql": head.startswith(postgres.HEAD)}
    if kinds[connection.vendor]:
        return
    ours = TITLES[connection.vendor]
    for vendor, fits in kinds.items():
        if fits:
            raise BackupFailed(
                f"{file} is a backup of {TITLES[vendor]}, and DATABASE_URL names {ours}."
            )
    raise BackupFailed(f"{file} is no backup of {ours} made by `manage.py backup`.")


def _has_data() -> bool:
    """Whether anybody has worked with this database; one without tables is empty."""
    try:
        with transaction.atomic():
            return any(model.objects.exists() for model in (User, Contact, Message))
    except DatabaseError:
        return False
