"""Texts that leave later: a day and a time on the recipient's clock, and what they are on ours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from django.utils import timezone

from contacts.zones import city
from messaging import quiet_hours

if TYPE_CHECKING:
    from contacts.models import Contact

AT_MOST = timedelta(days=366)
A_DAY = timedelta(days=1)
NINE = time(9)
PAST = "That time has passed."


class NoSuchTime(ValueError):
    """Why a text cannot leave then: one plain sentence for its author."""


def zone_of(contact: Contact | None, phone: str) -> tzinfo:
    """Where the recipient's clock is, if that is known; else where ours is."""
    clock = quiet_hours.local_time(contact, phone)
    return (clock and clock.tzinfo) or timezone.get_current_timezone()


def moment(day: date, clock: time, zone: tzinfo, now: datetime | None = None) -> datetime:
    """That time there, in UTC; of two the first. Raises NoSuchTime."""
    now = now or timezone.now()
    _check_day(day, now)
    there = datetime.combine(day, clock, tzinfo=zone)
    when = there.astimezone(UTC)
    if when.astimezone(zone).replace(tzinfo=None) != there.replace(tzinfo=None):
        raise NoSuchTime(f"There is no {clock:%H:%M} on that day: the clocks go forward.")
    if when <= now:
        raise NoSuchTime(PAST)
    return when


def _check_day(day: date, now: datetime) -> None:
    """The first and the last days of the calendar have no time in every zone."""
    if day < now.date() - A_DAY:
        raise NoSuchTime(PAST)
    if day > now.date() + AT_MOST:
        raise NoSuchTime("A text can wait for a year at most.")


def suggestion(contact: Contact | None, phone: str, now: datetime | None = None) -> datetime:
    """On the recipient's clock: the end of their night if it is that, else tomorrow at nine."""
    now = now or timezone.now()
    zone = zone_of(contact, phone)
    if quiet_hours.warn(contact, phone, now):
        zones = quiet_hours.zones_of(phone, contact.time_zone if contact else "")
        return quiet_hours.next_allowed(zones, now).astimezone(zone)
    tomorrow = now.astimezone(zone).date() + A_DAY
    return datetime.combine(tomorrow, NINE, tzinfo=zone)


def both_clocks(contact: Contact | None, phone: str, now: datetime | None = None) -> str:
    """What time it is there and here, for whoever types a time: one or two short sentences."""
    ours = timezone.localtime(now)
    theirs = quiet_hours.local_time(contact, phone, now)
    if theirs is None:
        return f"Their time zone is not known: on our clock, where it is {ours:%H:%M}."
    if theirs.utcoffset() == ours.utcoffset():
        return f"It is {ours:%H:%M} there, as it is here."
    there = city(str(theirs.tzinfo))
    return f"On their clock: it is {theirs:%H:%M} there ({there}) and {ours:%H:%M} here."


def on_their_clock(contact: Contact | None, phone: str, when: datetime) -> str:
    """ "09:00 their time", or "" where their clock is ours or not known."""
    theirs, ours = quiet_hours.local_time(contact, phone, when), timezone.localtime(when)
    if theirs is None or theirs.utcoffset() == ours.utcoffset():
        return ""
    day = "" if theirs.date() == ours.date() else f"{theirs:%a} "
    return f"{day}{theirs:%H:%M} their time"
