"""
Each night: what nobody needs any more goes, as the settings KEEP_…_DAYS say. In small pieces, by
the sweep, so that sending never waits for it. Deliveries and answers are hooks.keeping's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from contacts.models import ContactImport, ImportRow
from messaging.models import Attempt, Event, Letter, Mail, Tidying

NIGHT = range(2, 5)  # hours by TIME_ZONE; a sweep in them goes on where the last one ended
PIECE = 500  # rows in a transaction
LONGEST = 5.0  # seconds in each sweep
#: An event may be applied, and a gateway's report matched, for three days.
SHORTEST_EVENTS = 4


def tidy_at_night(now: datetime | None = None) -> int:
    """For the sweep: nothing by day. Returns how many rows were tidied."""
    now = now or timezone.now()
    local = timezone.localtime(now, timezone.get_default_timezone())
    return tidy(now, seconds=LONGEST) if local.hour in NIGHT else 0


def tidy(now: datetime | None = None, *, seconds: float | None = None) -> int:
    """Until nothing is left or the time is over."""
    now, count = now or timezone.now(), 0
    end = time.monotonic() + seconds if seconds else None
    for done in _pieces(now):
        count += done
        if end and time.monotonic() > end:
            break
    return count


def _pieces(now: datetime) -> Iterator[int]:
    """Each a short transaction of its own."""
    events = settings.KEEP_EVENTS_DAYS
    jobs: list[tuple[Callable[[datetime], int], int]] = [
        (_events, events and max(events, SHORTEST_EVENTS)),
        (_exchanges, settings.KEEP_EXCHANGES_DAYS),
        (_imports, settings.KEEP_IMPORTS_DAYS),
        (_mails, settings.KEEP_EVENTS_DAYS),
        (_guesses, 1),
    ]
    for job, days in jobs:
        while days:
            with transaction.atomic():
                done = job(now - timedelta(days=days))
            yield done
            if done < PIECE:
                break
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _events(before: datetime) -> int:
    """The oldest come first by their pk, so the first that is young enough is the end."""
    rows = Event.objects.order_by("pk").values_list("pk", "received_at")[:PIECE]
    return _delete(Event, [pk for pk, at in rows if at < before])


def _exchanges(before: datetime) -> int:
    """What went over the wire; that there was an attempt, and how it ended, stays."""
    place, _ = Tidying.objects.get_or_create(name="exchanges")
    rows = Attempt.objects.filter(pk__gt=place.upto, finished_at__isnull=False).order_by("pk")
    old = [pk for pk, at in rows.values_list("pk", "started_at")[:PIECE] if at < before]
    Attempt.objects.filter(pk__in=old).update(request="", response="")
    Tidying.objects.filter(pk=place.pk).update(upto=max(old, default=place.upto))
    return len(old)


def _imports(before: datetime) -> int:
    """The list with its rows; who came by it stays, but the import cannot be undone any more."""
    rest = ContactImport.objects.at_work().values("pk")
    old = ContactImport.objects.filter(created_at__lt=before).exclude(pk__in=rest)
    rows = ImportRow.objects.filter(source__in=old).values_list("pk", flat=True)
    done = _delete(ImportRow, list(rows[:PIECE]))
    if done < PIECE:
        old.delete()
    return done


def _mails(before: datetime) -> int:
    """What came by e-mail, and what we wrote; texts that came of it stay."""
    letters = Letter.objects.filter(at__lt=before).exclude(state=Letter.State.WAITING)
    done = _delete(Letter, list(letters.values_list("pk", flat=True)[:PIECE]))
    if done < PIECE:
        mails = Mail.objects.filter(received_at__lt=before, letters=None)
        done = max(done, _delete(Mail, list(mails.values_list("pk", flat=True)[:PIECE])))
    return done


def _guesses(before: datetime) -> int:
    """From where somebody typed wrong passwords, once it slows nobody down any more."""
    rows = AccessAttempt.objects.filter(attempt_time__lt=before).values_list("pk", flat=True)
    return _delete(AccessAttempt, list(rows[:PIECE]))


def _delete(model: type[Model], pks: list[int]) -> int:
    model._default_manager.filter(pk__in=pks).delete()
    return len(pks)
