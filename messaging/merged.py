"""What becomes of texts when two contacts become one: their thread, and what it counts."""

from __future__ import annotations

from typing import Any

from contacts import merging
from contacts.models import Contact, Merge, Phone
from messaging import doubled, people, replied, settling
from messaging.models import Conversation, Direction, Message

_TIMES = ("snoozed_until", "done_at")
_SET_ASIDE = ("assignee_id", *_TIMES)


def listen() -> None:
    merging.merging.connect(_hold, dispatch_uid="messaging.merged")
    merging.merged.connect(_merged, dispatch_uid="messaging.merged")
    merging.unmerged.connect(_unmerged, dispatch_uid="messaging.merged")


def _hold(contacts: list[Contact], **_: Any) -> None:
    """Nobody's text comes in meanwhile, to be put where nobody looks any more."""
    phones = Phone.objects.filter(contact__in=contacts).values_list("e164", flat=True)
    for phone in sorted(set(phones)):
        people.hold(phone)


def _merged(keep: Contact, gone: Contact, details: dict[str, Any], **_: Any) -> None:
    """One thread of both. It is open if either was; whose it is says the one that stays."""
    mine = Conversation.objects.filter(contact=keep).first()
    theirs = Conversation.objects.filter(contact=gone).first()
    details["conversation"] = _said(theirs)
    details["kept_conversation"] = _said(mine)
    if theirs:
        theirs.delete()
    settling.settle((keep, gone))
    if theirs and mine is None:
        Conversation.objects.filter(contact=keep).update(
            **{name: getattr(theirs, name) for name in _SET_ASIDE}
        )
    elif theirs and mine and mine.is_set_aside and not theirs.is_set_aside:
        rows = Conversation.objects.filter(contact=keep)
        rows.update(snoozed_until=None, done_at=None)
    replied.take_back_answered(keep)
    details["doubled"] = doubled.drop(keep, details["moved"])


def _unmerged(keep: Contact, gone: Contact, details: dict[str, Any], **_: Any) -> None:
    """As both were set aside before, but for who texted us since: that waits for an answer."""
    settling.settle((keep, gone))
    merged_at = Merge.objects.filter(keep=keep, gone=gone).latest("pk").created_at
    came = Message.objects.filter(direction=Direction.INBOUND, created_at__gt=merged_at)
    for contact, said in ((gone, details["conversation"]), (keep, details["kept_conversation"])):
        heard = came.filter(contact=contact).exists()
        news = {name: said[name] for name in said if not (heard and name in _TIMES)}
        Conversation.objects.filter(contact=contact).update(**news)
    doubled.bring_back(gone, details.get("doubled", {}))


def _said(row: Conversation | None) -> dict[str, Any]:
    """What the team did with it, for JSON."""
    if row is None:
        return {}
    times = {name: getattr(row, name) for name in _TIMES}
    said = {name: when and when.isoformat() for name, when in times.items()}
    return {"assignee_id": row.assignee_id, **said}
