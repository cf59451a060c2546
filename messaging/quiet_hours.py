"""
When nobody wants a text: outside the texting hours where the recipient is.

Machines wait for those hours (broadcasts, recurring and automatic texts); what a person or an API
call sends one at a time is not held, but composers say what time it is there (`warn`); a phone call
that a machine had to put off is. The default
is the window of 47 CFR 64.1200(c)(1), 08:00 to 21:00, read November 2026.

The zone is the contact's own where it is known. Else it is every zone of the number's country, and
a moment must be allowed in each of them: an area code does not tell where a mobile is.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from django.conf import settings
from django.utils import timezone

from contacts import phones
from contacts.zones import city
from messaging import texting_hours
from messaging.countries import country_of
from messaging.models import Message, Origin, Status

if TYPE_CHECKING:
    from contacts.models import Contact
    from messaging.candidates import Candidate

HELD = {Origin.BROADCAST.value, Origin.AUTOMATIC.value, Origin.RECURRING.value}
SHELF_LIFE = timedelta(hours=24)
_areas: dict[str, str] = {}  # country by area code, of the numbers that begin with +1
_ROUNDS = 10  # of looking for a moment that suits every zone; two do where there is one


def hold(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """Those that may leave now; the others wait for the next moment allowed where they go."""
    waits: dict[datetime, list[int]] = {}
    opens = cache(lambda zones: next_allowed(zones, now))
    for row in candidates:
        if _waits_for_hours(row):
            until = opens(zones_of(row.phone, row.time_zone or ""))
            if until > now:
                waits.setdefault(until, []).append(row.pk)
    for until, ids in waits.items():
        Message.objects.filter(pk__in=ids, status=Status.QUEUED).update(
            send_after=until, expires_at=until + SHELF_LIFE, reason="quiet_hours", updated_at=now
        )
    held = {pk for ids in waits.values() for pk in ids}
    return [row for row in candidates if row.pk not in held]


def _waits_for_hours(row: Candidate) -> bool:
    """A call that a machine put off, by a limit or a failure, rings at no hour a person chose."""
    if row.channel == "call" and row.reason:
        return True
    return row.origin in HELD and not row.is_answer


def next_allowed(zones: Iterable[str], now: datetime) -> datetime:
    """The first moment from now on that is allowed in all zones; in the first, if none ever is."""
    names = list(zones)
    moment = now
    for _ in range(_ROUNDS):
        later = max((_opening(_zone(name), moment) for name in names), default=moment)
        if later == moment:
            return moment
        moment = later
    return _opening(_zone(names[0]), now)


def is_allowed(zones: Iterable[str], now: datetime) -> bool:
    return all(_opening(_zone(name), now) == now for name in zones)


def local_time(contact: Contact | None, phone: str, now: datetime | None = None) -> datetime | None:
    """The clock where this phone is; None if its country has several and the contact none."""
    now = now or timezone.now()
    zones = zones_of(phone, contact.time_zone if contact else "")
    clocks = [now.astimezone(_zone(name)) for name in zones]
    same = {clock.utcoffset() for clock in clocks}
    return clocks[0] if len(same) == 1 else None


def warn(contact: Contact | None, phone: str, now: datetime | None = None) -> str:
    """One sentence for whoever is about to text into somebody's night, or ""."""
    now = now or timezone.now()
    zones = zones_of(phone, contact.time_zone if contact else "")
    if any(is_allowed([name], now) for name in zones):
        return ""  # a fair hour, as far as anybody knows
    who = contact.short_name if contact else phones.show(phone)
    clock = local_time(contact, phone, now)
    if clock:
        return f"It is {clock:%H:%M} for {who} ({city(zones[0])})."
    clocks = sorted(now.astimezone(_zone(name)).replace(tzinfo=None) for name in zones)
    return f"It is between {clocks[0]:%H:%M} and {clocks[-1]:%H:%M} for {who}."


@lru_cache(maxsize=20_000)
def zones_of(phone: str, time_zone: str = "") -> tuple[str, ...]:
    """Names of the zones a phone may be in, one at least. time_zone: the contact's, if known."""
    if time_zone in _known_zones():
        return (time_zone,)
    by_number = _zones_by_number(phone)
    return by_number or _by_country().get(_country(phone), ()) or (settings.TIME_ZONE,)


def _country(phone: str) -> str:
    """
    As `country_of`, sooner for the two dozen countries that share the code +1: what follows, the
    area code, tells which it is, so that one number of an area answers for all others.
    """
    area = phone[: len("+1") + 3] if phone.startswith("+1") else ""
    if country := _areas.get(area):
        return country
    country = country_of(phone)
    if area and phones.region_of(phone):  # not for a number that nobody has
        _areas[area] = country
    return country


@cache
def _zone(name: str) -> ZoneInfo:
    """Kept, because ZoneInfo itself remembers eight and the USA have more than that."""
    return ZoneInfo(name)


@cache
def _known_zones() -> set[str]:
    """Kept, because to find them is to read the disk."""
    return available_timezones()


def _zones_by_number(phone: str) -> tuple[str, ...]:
    """What the full phonenumbers package knows; the light one has no time zones."""
    known = _zone_data()
    try:
        zones = known.time_zones_for_number(phonenumbers.parse(phone)) if known else ()
    except phonenumbers.NumberParseException:
        return ()
    return tuple(name for name in zones if name in _known_zones())


@lru_cache(maxsize=1)
def _zone_data() -> Any:
    try:
        return importlib.import_module("phonenumbers.timezone")
    except ImportError:
        return None


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """Zones by country ("GB"), from the table the tzdata package carries."""
    found: dict[str, list[str]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def _opening(zone: ZoneInfo, moment: datetime) -> datetime:
    """`moment` if it is allowed in this zone, else when the window opens there next."""
    hours = texting_hours.window()
    if hours is None:
        return moment
    start, end = hours
    clock = moment.astimezone(zone)
    at = clock.time()
    if (start <= at < end) if start < end else (at >= start or at < end):
        return moment
    day = clock.date() + timedelta(days=1 if at >= start else 0)
    opening = datetime.combine(day, start, tzinfo=zone).astimezone(moment.tzinfo)
    return opening if opening > moment else moment + timedelta(minutes=1)
