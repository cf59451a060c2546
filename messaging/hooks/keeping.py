"""What is done about deliveries and answers each minute, and by people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from messaging.hooks import bell
from messaging.hooks.delivering import KEEP_TRYING
from messaging.models import Answer, CallerNote, Delivery, Hook
from messaging.models.hook import AT_ONCE, new_secret

OVERLAP = timedelta(hours=24)
MOST = 50  # webhooks: each is looked at whenever something is told
BATCH = 2000  # rows of one sort, each minute


def sweep(now: datetime | None = None) -> None:
    """Give up what waited too long, forget what is old, ring for the rest."""
    now = now or timezone.now()
    late = Q(give_up_at__lte=now) | Q(give_up_at=None, at__lte=now - KEEP_TRYING)
    Delivery.objects.due(now).filter(late).order_by().update(state=Delivery.State.FAILED)
    _forget(now)
    bell.ring()


def _forget(now: datetime) -> None:
    told = Delivery.objects.exclude(state=Delivery.State.WAITING)
    for rows, moment, days in (
        (told, "at", settings.KEEP_DELIVERIES_DAYS),
        (Answer.objects.all(), "created_at", settings.KEEP_ANSWERS_DAYS),
    ):
        late = rows.filter(**{f"{moment}__lt": now - timedelta(days=days)}).order_by(moment)
        old = list(late.values_list("pk", flat=True)[:BATCH]) if days else []
        if old:
            rows.model._default_manager.filter(pk__in=old).delete()


def again(news: Delivery) -> None:
    """Deliver it once more, with its old id and words, for three days from now."""
    news.state, news.tries, news.try_at = Delivery.State.WAITING, 1, AT_ONCE
    news.give_up_at = timezone.now() + KEEP_TRYING
    news.save(update_fields=["state", "tries", "try_at", "give_up_at"])
    if news.hook_id:
        Hook.objects.filter(pk=news.hook_id).update(rest_until=None)


def ping(hook: Hook) -> Delivery:
    """Something to tell, for trying out."""
    return Delivery.objects.create(hook=hook, event=Delivery.Event.PING, subject="0")


def rotate(hook: Hook) -> str:
    """A new secret; the old one signs beside it for a day."""
    hook.previous_secret, hook.previous_until = hook.secret, timezone.now() + OVERLAP
    hook.secret = secret = new_secret()
    hook.save(update_fields=["secret", "previous_secret", "previous_until"])
    return secret


def switch(hook: Hook, *, on: bool) -> None:
    """Pause, or go on: what happened meanwhile is told then."""
    hook.active, hook.rest_until, hook.failures = on, None, 0
    hook.save(update_fields=["active", "rest_until", "failures"])


def note(message_id: int, **said: object) -> None:
    """Keep what a caller of a dialect said about a text."""
    if any(said.values()):
        CallerNote.objects.create(message_id=message_id, **said)
        bell.forget()
