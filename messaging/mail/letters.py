"""
What we write to members of the team: that a text came in, or that a mail of theirs was not texted.

The row is the queue, and stored with what it tells of. One that was cut off while it left is sent
again, under the same Message-ID: a mail twice is a nuisance, one that is lost is worse.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models.member import sees
from contacts.roles import Right, may
from messaging import fence, preferences, queue
from messaging.mail import composing
from messaging.models import Conversation, Letter, Message, Origin

if TYPE_CHECKING:
    from messaging.models import Mail

TASK = "messaging.tasks.letters"
LEASE = timedelta(minutes=5)
MINUTES = (1, 5, 15, 60, 180, 360)  # between tries, and then the last again
KEEP_TRYING = timedelta(days=2)
LONGEST = 20.0  # seconds of one call; well under a queue's timeout for a task

log = logging.getLogger(__name__)
State = Letter.State


def send_back(mail: Mail) -> None:
    """Its author is told why it was not texted, and gets the words again."""
    if settings.EMAIL_URL and mail.user:
        Letter.objects.create(user=mail.user, mail=mail)
        queue.call(TASK)


def tell_of(message: Message) -> None:
    """Of a text that came in: whoever wrote by mail what it answers, and whose it is."""
    if not settings.EMAIL_URL:
        return
    wanted = {user.pk: user for user in _readers(message)}
    told = [user for user in wanted.values() if _can_read(user, message)]
    Letter.objects.bulk_create([Letter(user=user, message=message) for user in told])
    if told:
        queue.call(TASK)


def _readers(message: Message) -> list[User]:
    found: list[User] = []
    answered, contact = message.reply_to, message.contact
    if answered and answered.origin == Origin.MAIL and answered.author:
        found.append(answered.author)
    if contact:
        row = Conversation.objects.filter(contact=contact).select_related("assignee").first()
        whose = (row and row.assignee) or contact.owner
        chosen = preferences.of(whose)
        found += [whose] if whose and chosen and chosen.mail_inbound else []
    return found


def _can_read(user: User, message: Message) -> bool:
    here = user.is_active and bool(user.email) and may(user, Right.VIEW)
    return here and (message.contact is None or sees(user, message.contact))


def call_for_work() -> None:
    """For a sweep: what is due, and what no ring told of."""
    if Letter.objects.due().exists():
        queue.call(TASK)


def write(*, seconds: float = LONGEST) -> int:
    """For a worker: all that is due, for about so long; how many left."""
    end, done = time.monotonic() + seconds, 0
    while not fence.is_locked() and time.monotonic() < end and (row := _claim()):
        done += _post(row)
    return done


def _claim() -> Letter | None:
    """The next, with its next try put off: a crash costs time, and two workers never have one."""
    for row in Letter.objects.due()[:20]:
        now = timezone.now()
        mine = Letter.objects.filter(pk=row.pk, tries=row.tries, state=State.WAITING)
        if mine.filter(try_at__lte=now).update(tries=row.tries + 1, try_at=now + LEASE):
            row.tries += 1
            return row
    return None


def _post(row: Letter) -> bool:
    """Whether it left. Whatever a mail server thinks of is no reason to stop."""
    try:
        mail = composing.compose(row) if _is_wanted(row) else None
        if mail is None:
            return _settle(row, State.FAILED, "There is nobody to tell any more.")
        mail.send()
    except SMTPRecipientsRefused:
        return _settle(row, State.FAILED, "The mail server does not take this address.")
    except SMTPResponseException as error:
        if error.smtp_code >= 500:
            return _settle(row, State.FAILED, f"The mail server refused it ({error.smtp_code}).")
        return _later(row, f"The mail server said {error.smtp_code}.")
    except Exception as error:  # noqa: BLE001 (it is shown, and tried again)
        return _later(row, f"It did not leave: {type(error).__name__}.")
    return _settle(row, State.SENT, "")


def _is_wanted(row: Letter) -> bool:
    message = row.message
    if message is None:
        return row.user.is_active and bool(row.user.email)
    return bool(message.text) and _can_read(row.user, message)


def _later(row: Letter, problem: str) -> bool:
    minutes = MINUTES[min(row.tries, len(MINUTES)) - 1]
    again_at = timezone.now() + timedelta(minutes=minutes)
    if again_at > row.at + KEEP_TRYING:
        return _settle(row, State.FAILED, problem)
    log.warning("Letter %s waits: %s", row.pk, problem)
    Letter.objects.filter(pk=row.pk, tries=row.tries).update(try_at=again_at, problem=problem)
    return False


def _settle(row: Letter, state: str, problem: str) -> bool:
    Letter.objects.filter(pk=row.pk, tries=row.tries).update(state=state, problem=problem)
    if row.mail and state == State.SENT:
        row.mail.words = ""
        row.mail.save(update_fields=["words"])
    return state == State.SENT
