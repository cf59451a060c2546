"""
A row of a log of texts. What smrtPhone's export calls its columns is not public (help pages read
November 2026), so they are guessed by what such logs are called, and can be named by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from contacts import phones
from messaging.models import Status

#: Word of a field -> what logs call it.
FIELDS = {
    "direction": "direction type sms_type message_type in_out flow",
    "from": "from from_number sender source caller_id from_phone",
    "to": "to to_number recipient destination receiver to_phone",
    "ours": "our_number smrtphone_number line smrtphone number_used account_number",
    "theirs": "phone phone_number contact_number contact_phone customer_number their_number",
    "at": "date date_time datetime time timestamp sent_at created_at created date_sent sent_on",
    "clock": "time_of_day clock",  # and “time” beside a date
    "text": "message text body content sms sms_text sms_body message_body message_text",
    "status": "status delivery_status sms_status state",
    "id": "sms_id smsid message_id messageid sid id sms_sid",
    "name": "contact_name contact name caller_id_name customer lead",
}
#: What people call them, where they say which column is which.
LABELS = {
    "direction": "In or out",
    "from": "From which number",
    "to": "To which number",
    "ours": "Our number",
    "theirs": "Their number",
    "at": "Date and time",
    "clock": "Time, if it is not with the date",
    "text": "Words",
    "status": "Status",
    "id": "The gateway’s own id",
    "name": "Name of the contact",
}
_FIELD_OF = {alias: field for field, names in FIELDS.items() for alias in names.split()}

IN = {"in", "inbound", "incoming", "received", "smsincoming", "receive"}
OUT = {"out", "outbound", "outgoing", "sent", "smsoutgoing", "smssent", "send"}
_STATUS = {
    **dict.fromkeys(("delivered", "read"), Status.DELIVERED),
    **dict.fromkeys(("undelivered", "not_delivered", "undeliverable"), Status.UNDELIVERED),
    **dict.fromkeys(("failed", "error", "rejected", "blocked"), Status.FAILED),
}
_DAYS = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y-%m-%d", "%Y/%m/%d", "%b %d, %Y", "%B %d, %Y")
_CLOCKS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")


class Broken(ValueError):
    """Why a row is skipped: one plain sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text. ours, theirs: E.164, or a short code; at: aware; id, name: may be empty."""

    is_inbound: bool
    ours: str
    theirs: str
    text: str
    at: datetime
    status: Status
    id: str
    name: str


def guess(header: list[str]) -> list[str]:
    """For each column the field it is called like, each field once; "" for the others."""
    found: list[str] = []
    names = [re.sub(r"[\W_]+", "_", name.casefold()).strip("_") for name in header]
    for name in names:
        field = _FIELD_OF.get(name, "")
        if name == "type" and "direction" in names:  # sms, call
            field = ""
        if name == "time" and "at" in found:
            field = "clock"
        found.append("" if field in found else field)
    return found


def places(mapping: list[str]) -> dict[str, int]:
    """The column of each field; the first of several."""
    return {field: mapping.index(field) for field in mapping if field}


def missing(columns: dict[str, int]) -> list[str]:
    """What has to be there and is not."""
    pairs = ({"from", "to"}, {"ours", "theirs", "direction"})
    best = min((pair - columns.keys() for pair in pairs), key=len)
    return sorted(best | ({"at", "text"} - columns.keys()))


@dataclass(frozen=True, slots=True)
class Reader:
    """columns: as places() says; ours: our numbers; zone: whose clock the log is by."""

    columns: dict[str, int]
    ours: frozenset[str]
    zone: tzinfo
    day_first: bool = False
    _forms: list[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_forms", _forms(day_first=self.day_first))

    def understand(self, cells: list[str]) -> Line:
        """Raises Broken."""
        said = {f: cells[n] for f, n in self.columns.items() if n < len(cells) and cells[n]}
        if "text" not in said:
            raise Broken("It has no words.")
        is_inbound, ours, theirs = self._ends(said)
        at = self._moment(_with_clock(said.get("at", ""), said.get("clock", "")))
        word = re.sub(r"[\W_]+", "_", said.get("status", "").casefold()).strip("_")
        status = Status.RECEIVED if is_inbound else _STATUS.get(word, Status.SENT)
        rest = (said["text"], at, status, said.get("id", "")[:64], said.get("name", ""))
        return Line(is_inbound, ours, theirs, *rest)

    def _ends(self, said: dict[str, str]) -> tuple[bool, str, str]:
        """Whether it came in, our number, and theirs."""
        word = re.sub(r"[\W_]+", "", said.get("direction", "").casefold())
        is_inbound = True if word in IN else False if word in OUT else None
        if "from" in said and "to" in said:
            sender, receiver = _number(said["from"]), _number(said["to"])
            if is_inbound is None and (sender in self.ours) != (receiver in self.ours):
                is_inbound = receiver in self.ours
            ends = (receiver, sender) if is_inbound else (sender, receiver)
        elif "ours" in said and "theirs" in said:
            ends = _number(said["ours"]), _number(said["theirs"])
        else:
            raise Broken("It does not say from which number to which.")
        if is_inbound is None:
            raise Broken("It does not say whether it came in or went out.")
        return is_inbound, *ends

    def _moment(self, typed: str) -> datetime:
        at = _iso(typed) or self._in_words(" ".join(typed.split()))
        if at is None:
            raise Broken(f"“{typed[:40]}” is no date and time we can read.")
        if timezone.is_naive(at):
            at = at.replace(tzinfo=self.zone)
        if not at.year >= 2000 or at > timezone.now():
            raise Broken(f"“{typed[:40]}” is no time at which a text can have been sent.")
        return at

    def _in_words(self, typed: str) -> datetime | None:
        typed = typed.replace("a.m.", "AM").replace("p.m.", "PM").replace(" at ", " ")
        for place, form in enumerate(self._forms):
            try:
                found = datetime.strptime(typed, form)  # noqa: DTZ007
            except ValueError:
                continue
            if place:  # a log writes all its times in one way: from now on this one first
                self._forms.insert(0, self._forms.pop(place))
            return found
        return None


def _forms(*, day_first: bool) -> list[str]:
    """How logs write a day and a time; no two of them read the same words."""
    days = [
        day.replace("%m/%d", "%d/%m").replace("%m-%d-%Y", "%d-%m-%Y") if day_first else day
        for day in _DAYS
    ]
    return [f"{day}{gap}{clock}" for day in days for clock in _CLOCKS for gap in (" ", ", ")]


def _with_clock(day: str, clock: str) -> str:
    """A day and a time of two columns; what a workbook writes behind a day alone is no time."""
    return f"{re.sub(r'[ T]00:00(:00)?$', '', day)} {clock}" if clock else day


def _iso(typed: str) -> datetime | None:
    try:
        return parse_datetime(typed)
    except ValueError:
        return None


def _number(typed: str) -> str:
    return _parsed(typed, settings.DEFAULT_REGION)


@lru_cache(maxsize=10_000)
def _parsed(typed: str, region: str) -> str:
    """
    E.164; what is no phone, but could be a short code or a sender's name, as it is. Kept, because
    a log names the same few numbers again and again.
    """
    try:
        return phones.parse(typed.lstrip("'"), region)
    except phones.PhoneInvalid as invalid:
        if re.fullmatch(r"\d{3,8}|[A-Za-z][\w &.-]{1,10}", typed):
            return typed
        raise Broken(str(invalid)[:250]) from invalid
