"""What a message's state means, in words for people; and how its times are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date

from contacts import phones
from messaging import later
from messaging.gateways.reasons import SENTENCES, UNSAID_SENTENCE
from messaging.models import Origin, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.models import Broadcast, Message, Recipient

#: What a status is called where it is a call's.
OF_CALLS = {
    Status.SENDING: "Calling",
    Status.SENT: "Called",
    Status.DELIVERED: "Answered",
    Status.UNDELIVERED: "Not answered",
}
TAKEN_BACK = {
    "replied": "Taken back because an answer came.",
    "merged": "Taken back, because the contact it was merged into gets the same then.",
}
BAD = {Status.FAILED, Status.UNDELIVERED}
PENDING = {Status.QUEUED, Status.SENDING}
AUTHORS = {
    Origin.API: "The API",
    Origin.BROADCAST: "A broadcast",
    Origin.AUTOMATIC: "Automatic answer",
    Origin.RECURRING: "A recurring text",
    Origin.GATEWAY: "The gateway's own app",
}

NO_NUMBER = "There is no number to send from yet: add one of yours under Numbers."

show_phone = lru_cache(maxsize=4096)(phones.show)


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, written for a <time> element."""

    iso: str
    words: str
    full: str


def clock(when: datetime, zone: tzinfo | None = None) -> Time:
    """The time of day, with the full date behind it; where the reader is, if no zone is given."""
    return _clock(when, zone or timezone.get_current_timezone())


@lru_cache(maxsize=8192)
def _clock(when: datetime, zone: tzinfo) -> Time:
    local = timezone.localtime(when, zone)
    return Time(
        local.isoformat(), f"{local:%H:%M}", f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S %Z}"
    )


def day(when: datetime) -> str:
    """The words of a day rule: "Today", "Yesterday", "Thursday 19 November"."""
    return _day(date_of(when), timezone.localdate())


@lru_cache(maxsize=1024)
def _day(then: date, today: date) -> str:
    apart = (today - then).days
    if apart in (0, 1):
        return "Yesterday" if apart else "Today"
    return format_date(then, "l j F" if then.year == today.year else "l j F Y")


def date_of(when: datetime, zone: tzinfo | None = None) -> date:
    """The day it was; where the reader is, if no zone is given."""
    return _date(when, zone or timezone.get_current_timezone())


@lru_cache(maxsize=8192)
def _date(when: datetime, zone: tzinfo) -> date:
    return timezone.localtime(when, zone).date()


def soon(when: datetime) -> str:
    """A time that may be tomorrow or in years: "14:05", "23 Nov, 09:00", "1 Jan 2099, 10:00"."""
    local = timezone.localtime(when)
    same_day = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if same_day else _day_and_time(local)


def _day_and_time(local: datetime) -> str:
    """With the year unless it is this one: who takes the wrong one has to see it."""
    return format_date(
        local, "j M, H:i" if local.year == timezone.localdate().year else "j M Y, H:i"
    )


def leaves(row: Broadcast) -> str:
    """When one that is to leave at a time does: "1 Dec, 09:00 on everybody's own clock"."""
    if row.send_at is None:
        return ""
    if not row.is_local:
        return soon(row.send_at)
    clock = timezone.localtime(row.send_at, timezone.get_default_timezone())
    return f"{_day_and_time(clock)} on everybody’s own clock"


def person(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else "smscrm"


def author(message: Message) -> str:
    """Who texted: a person of the team, or which machine of ours."""
    if message.author:
        return person(message.author)
    return AUTHORS.get(Origin(message.origin), "smscrm")


def correspondent(message: Message) -> str:
    """The other side: the contact's everyday name, else the number."""
    return message.contact.short_name if message.contact else show_phone(message.phone)


def reason(message: Message) -> str:
    """Why it is not delivered (yet), as one or two sentences; "" where there is nothing to say."""
    sentence = SENTENCES.get(message.reason, "")
    match message.status:
        case Status.FAILED | Status.UNDELIVERED:
            why = sentence or message.detail or UNSAID_SENTENCE
            if message.way.app and sentence and message.detail:  # such as why no window is open
                why = f"{sentence} In its words: {message.detail}"
            return f"{why} Called instead." if message.called_at else why
        case Status.UNCONFIRMED:
            done = "anybody was called" if message.is_call else "this was sent"
            return f"Nobody knows yet whether {done}. {sentence}".strip()
        case Status.CANCELLED:
            done = "called" if message.is_call else "sent"
            return TAKEN_BACK.get(message.reason, f"Taken back, not {done}.")
        case Status.QUEUED if message.reason == "paused":
            return sentence
        case Status.QUEUED if sentence:
            return f"{sentence} Next try: {soon(message.send_after)}."
    return ""


def waiting(message: Message, now: datetime) -> str:
    """
    What a queued text waits for: "Sending in 5 s", "Going out 23 Nov, 14:00 (09:00 their time),
    unless they reply"; else "". Its contact should be loaded with it.
    """
    if message.status != Status.QUEUED:
        return ""
    seconds = (message.send_after - now).total_seconds()
    if seconds <= 0 or message.reason:
        return "Waiting for its call" if message.is_call else "Waiting to be sent"
    if seconds <= max(settings.UNDO_SECONDS, 5) + 1:
        doing = "Calling" if message.is_call else "Sending"
        return f"{doing} in {max(round(seconds), 1)} s"
    theirs = later.on_their_clock(message.contact, message.phone, message.send_after)
    condition = ", unless they reply" if message.cancel_on_reply else ""
    return f"Going out {soon(message.send_after)}{theirs and f' ({theirs})'}{condition}"


def opted_out(recipient: Recipient) -> str:
    """Why and since when a number may not be texted."""
    if recipient.opted_out_at is None:
        return ""
    local = timezone.localtime(recipient.opted_out_at)
    when = f"{local.day} {local:%B %Y}"
    return f"{show_phone(recipient.phone)} asked on {when} not to be texted."
