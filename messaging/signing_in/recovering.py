"""
A new password for who forgot theirs, by e-mail. Whatever address is typed gets the same answer as
quickly: the mail is written later, by a worker.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from messaging import queue
from messaging.models import ResetRequest

TASK = "messaging.tasks.letters"
WINDOW = timedelta(hours=1)
MOST_FOR_ONE = 3  # letters to one address in that time
MOST_FROM_ONE = 20  # addresses typed from one place
STALE = timedelta(hours=1)  # what no worker wrote by then is not awaited any more

log = logging.getLogger(__name__)


@transaction.atomic
def ask(email: str, place: str) -> None:
    """Nobody learns whether the address is known; more than a few an hour are not written."""
    now = timezone.now()
    typed, seen = _digest(email.strip().casefold()), _digest(place)
    lately = ResetRequest.objects.filter(asked_at__gt=now - WINDOW)
    few = (
        lately.filter(typed=typed).count() < MOST_FOR_ONE
        and lately.filter(place=seen).count() < MOST_FROM_ONE
    )
    known = User.objects.filter(email__iexact=email.strip(), is_active=True)[:5]
    users = [user for user in known if user.has_usable_password()] if few else []
    rows: list[User | None] = [*users] or [None]
    for user in rows:
        ResetRequest.objects.create(user=user, typed=typed, place=seen, asked_at=now)
    queue.call(TASK)


def write_letters() -> int:
    """For a worker: what was asked for and not written yet; forgets what is old."""
    now = timezone.now()
    ResetRequest.objects.filter(asked_at__lt=now - max(WINDOW, STALE)).delete()
    waiting = ResetRequest.objects.filter(Q(user__isnull=False), sent_at=None)
    done = 0
    for row in waiting.select_related("user"):
        # Marked first: a letter that is lost is asked for again, one sent twice is a nuisance.
        if ResetRequest.objects.filter(pk=row.pk, sent_at=None).update(sent_at=now):
            assert row.user  # noqa: S101 (the query says so)
            done += _write_to(row.user)
    return done


def _write_to(user: User) -> bool:
    token = default_token_generator.make_token(user)
    place = [urlsafe_base64_encode(force_bytes(user.pk)), token]
    link = f"{settings.PUBLIC_URL}{reverse('password-new', args=place)}"
    words = (
        f"Somebody, we hope you, wants a new password for “{user.get_username()}”.\n\n{link}\n\n"
        "The link works once, for an hour. If it was not you, do nothing: your password stays.\n"
    )
    try:
        send_mail("Your new password for smscrm", words, None, [user.email])
    except Exception as error:  # noqa: BLE001 (whatever a mail server thinks of)
        log.warning("User %s was not written to: %s", user.pk, type(error).__name__)
        return False
    return True


def _digest(words: str) -> str:
    return salted_hmac("password forgotten", words, algorithm="sha256").hexdigest()
