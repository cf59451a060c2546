"""
Comments that text: `sms: See you at six`; and that go other ways: `call: …`, `viber: …`.

A comment whose first word is an active trigger's prefix becomes a track; one that only looks
like it stays a comment and says so; a backslash before the prefix keeps it a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from contacts import roles
from contacts.comments import CommentRefused, comment_posted
from contacts.models.member import sees
from messaging import expansion, outbox, tracks
from messaging.models import Channel, Origin, Trigger
from messaging.preferences import undo_window
from messaging.routing import number_for

if TYPE_CHECKING:
    from contacts.models import Comment, Contact, Phone, Record

_COMMAND = re.compile(r"\s*(?P<escape>\\?)(?P<word>[^\W_][\w-]{0,18})[^\S\n]*:\s*", re.UNICODE)
_FIRST_WORD = re.compile(r"\s*(?P<word>\w+)(?P<rest>\W?)", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Command:
    """What a comment asks for: the trigger it starts with, and the words behind the prefix."""

    trigger: Trigger
    text: str
    escaped: bool


def listen() -> None:
    comment_posted.connect(on_comment, dispatch_uid="messaging.triggers")


def on_comment(comment: Comment, **_: Any) -> None:
    """Text what the comment asks to text. Raises CommentRefused if that cannot be."""
    record: Any = comment.record
    rows = Trigger.objects.on(record)
    command = parse(comment.body, rows)
    if command is None:
        comment.hints.extend(hint(comment.body, rows))
    elif command.escaped:
        comment.body = comment.body.lstrip().removeprefix("\\")
    else:
        _send(comment, record, command)


def parse(body: str, rows: Iterable[Trigger]) -> Command | None:
    """The command a comment starts with, or None. Only the first prefix counts."""
    match = _COMMAND.match(body)
    if not match:
        return None
    prefix = f"{match['word']}:".casefold()
    for trigger in rows:
        if trigger.prefix.casefold() == prefix:
            return Command(trigger, body[match.end() :], escaped=bool(match["escape"]))
    return None


def hint(body: str, rows: Iterable[Trigger]) -> list[str]:
    """A sentence for a comment that looks like a text but is none, or nothing."""
    match = _FIRST_WORD.match(body)
    if not match:
        return []
    word, rest = match["word"].casefold(), match["rest"]
    for trigger in rows:
        name = trigger.prefix.rstrip(":").casefold()
        # “Call him on Monday” is what people note: a bare word is no sign that a call was meant.
        is_text = trigger.way is Channel.SMS
        bare = word == name and (rest != ":" if is_text else rest == ";")
        if bare or (rest in {":", ";"} and _nearly(word, name)):
            done, do = trigger.way.done, trigger.way.to_do
            return [
                f"Kept as a comment, nobody was {done}. To {do}, start with “{trigger.prefix}”."
            ]
    return []


def _nearly(word: str, name: str) -> bool:
    """One letter doubled, swapped, missing or added: smss, smd, sm."""
    if word == name or abs(len(word) - len(name)) > 1 or len(name) < 3:
        return False
    shorter, longer = sorted((word, name), key=len)
    if len(shorter) < len(longer):
        return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
    differing = [i for i, pair in enumerate(zip(word, name, strict=True)) if pair[0] != pair[1]]
    return len(differing) == 1 or (len(differing) == 2 and sorted(word) == sorted(name))


def _send(comment: Comment, record: Record, command: Command) -> None:
    author = comment.author
    if author and not roles.may(author, roles.Right.TEXT):
        raise CommentRefused(roles.refusal(author, roles.Right.TEXT))
    contact = record.leads_to()
    if contact is None or (author and not sees(author, contact)):
        to_do = command.trigger.way.to_do
        raise CommentRefused(f"{record} leads to no contact, so there is nobody to {to_do}.")
    phone = _phone_of(contact, command.trigger)
    try:
        message = outbox.enqueue(
            text=expansion.expand(
                command.text, contact=contact, record=record, author=comment.author
            ),
            phone=phone.e164,
            number=number_for(contact, chosen=command.trigger.number, author=comment.author),
            origin=Origin.COMMENT,
            author=comment.author,
            contact=contact,
            send_after=timezone.now() + undo_window(comment.author),
            channel=command.trigger.way,
        )
    except outbox.CannotSend as error:
        raise CommentRefused(str(error)) from error
    tracks.become_track(comment, message)


def _phone_of(contact: Contact, trigger: Trigger) -> Phone:
    phone = contact.phone_to_text()
    if phone is None:
        to_do = trigger.way.to_do
        raise CommentRefused(f"{contact.short_name} has no phone number to {to_do}.")
    return phone
