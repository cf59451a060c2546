"""Where people see a broadcast's texts: timelines and conversations, hundreds in a statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from contacts.models import Contact
from messaging.bulk import time_value, together
from messaging.outbox import Stored

_ENTRIES = """
    INSERT INTO contacts_comment
           (content_type_id, object_id, author_id, body, created_at, kind, details)
    SELECT column1, column2, column3, column4, column5, 'track', '[]' FROM ({rows}) AS news
    RETURNING object_id, id
"""
_TRACKS = """
    INSERT INTO messaging_track (comment_id, message_id, is_original)
    SELECT column1, column2, TRUE FROM ({rows}) AS news
"""
# The inbox is for what people said, and ten thousand texts of one broadcast would bury it: a
# conversation keeps its place, and one of nothing but broadcasts is done until they answer.
_CONVERSATIONS = """
    INSERT INTO messaging_conversation AS old
           (contact_id, phone, number_id, last_message_id, last_at, done_at, unread)
    SELECT column1, column2, column3, column4, column5, column5, 0 FROM ({rows}) AS news WHERE TRUE
    ON CONFLICT %s DO UPDATE
       SET phone = excluded.phone, number_id = excluded.number_id,
           last_message_id = excluded.last_message_id, last_at = excluded.last_at
     WHERE old.done_at IS NOT NULL AND EXISTS (
           SELECT 1 FROM messaging_message AS last
            WHERE last.id = old.last_message_id AND last.origin = 'broadcast')
"""
_OF_CONTACTS = _CONVERSATIONS % "(contact_id)"
_OF_PHONES = _CONVERSATIONS % "(phone) WHERE contact_id IS NULL"


def show(stored: Sequence[Stored]) -> None:
    """Each on its contact's timeline, and in the inbox under Done who was in no conversation."""
    known = [one for one in stored if one.draft.contact_id]
    if known:
        _add_entries(known)
        _converse(known, _OF_CONTACTS)
    bare = [one for one in stored if not one.draft.contact_id]
    if bare:
        _converse(bare, _OF_PHONES)


def _add_entries(known: Sequence[Stored]) -> None:
    kind = ContentType.objects.get_for_model(Contact).pk
    rows = [
        (
            kind,
            one.draft.contact_id,
            one.draft.author_id,
            one.draft.text,
            time_value(one.created_at),
        )
        for one in known
    ]
    entries = defaultdict(list)  # somebody with two phones has two, with the same words
    for contact, entry in together(_ENTRIES, rows, "bigint, bigint, bigint, text, timestamptz"):
        entries[contact].append(entry)
    pairs = [(entries[one.draft.contact_id].pop(), one.pk) for one in known]
    together(_TRACKS, pairs, "bigint, bigint")


def _converse(stored: Sequence[Stored], sql: str) -> None:
    """With each contact, or with each phone that no contact has; the last one stands there."""
    last: dict[Any, tuple[Any, ...]] = {}
    for pk, draft, at in stored:
        last[draft.contact_id or draft.phone] = (
            *(draft.contact_id, draft.phone, draft.number.pk, pk, time_value(at)),
        )
    together(sql, list(last.values()), "bigint, text, bigint, bigint, timestamptz")
