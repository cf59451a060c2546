"""
The restore fence: a copied or restored database texts nobody until a person unlocks it.

The database and a file outside it (FENCE_FILE) hold the same instance id. The sweep moves an
epoch forward, in the database first and then in the file; a database older than the file is a
backup that was restored, one with another id, or with no file beside it, is a copy.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from messaging.models import Installation

if TYPE_CHECKING:
    from django.db.models import QuerySet

_NOBODY = str(uuid.UUID(int=0))

log = logging.getLogger(__name__)


def is_locked() -> bool:
    """True if this database must not send. A database that never sent is made ours."""
    return _differs(Installation.objects.filter(pk=1).first() or _move_in())


def locked(ours: uuid.UUID, epoch: int) -> QuerySet[Installation]:
    """
    The row of a database that must not send, or none, beside what known() says; for pages, which
    only look: a database that never sent stays nobody's.
    """
    return Installation.objects.exclude(instance_id=ours, epoch__gte=epoch)


def known() -> tuple[uuid.UUID, int]:
    """The id and the epoch of the file."""
    file = _read()
    return uuid.UUID(file["instance_id"] or _NOBODY), file["epoch"]


def _differs(row: Installation) -> bool:
    known = _read()
    return known.get("instance_id") != str(row.instance_id) or known["epoch"] > row.epoch


def unlock() -> None:
    """Make this database the one that sends: a new id, so that what it was copied from differs."""
    row = Installation(pk=1, instance_id=uuid.uuid4(), epoch=int(time.time()))
    row.save()
    _write(row)


def advance() -> None:
    """Move the epoch forward, unless locked."""
    if is_locked():
        log.warning("Sending is locked: this database was copied or restored (unlock_sending).")
        return
    # One statement, so that of two sweeps at once the slower cannot take the database back to
    # before the file that the faster one wrote.
    now = Greatest(F("epoch") + 1, Value(int(time.time())))
    Installation.objects.filter(pk=1).update(epoch=now)
    _write(Installation.objects.get(pk=1))


def _move_in() -> Installation:
    """The first row and its file, or neither; whoever comes second waits and finds them."""
    with transaction.atomic():
        first = {"epoch": int(time.time())}
        row, is_new = Installation.objects.get_or_create(pk=1, defaults=first)
        if is_new:
            _write(row)
    return row


def _read() -> dict[str, Any]:
    try:
        known = json.loads(_file().read_text())
        return {"instance_id": str(uuid.UUID(known["instance_id"])), "epoch": int(known["epoch"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"instance_id": None, "epoch": 0}


def _write(row: Installation) -> None:
    """Whole or not at all, so that a crash half-way does not lock us out."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{uuid.uuid4().hex}")
    draft.write_text(json.dumps({"instance_id": str(row.instance_id), "epoch": row.epoch}))
    draft.replace(file)


def _file() -> Path:
    return Path(settings.FENCE_FILE)
