"""Contacts and texts as plain dictionaries: what the API answers, and webhooks carry."""

from __future__ import annotations

from typing import Any

from contacts import custom
from messaging import wording
from messaging.models import Direction, Message


def contact(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in ("name", "first_name", "last_name", "job_title")},
        **{name: getattr(row, name) for name in ("email", "time_zone", "notes")},
        "company": row.company_id,
        "tags": [tag.name for tag in row.tags.all()],
        "phones": [
            {"number": p.e164, "kind": p.kind, "label": p.label, "is_primary": p.is_primary}
            for p in row.phones.all()
        ],
        "custom": custom.plain(row),
        "archived_at": row.archived_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def message(row: Message) -> dict[str, Any]:
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in ("direction", "status", "phone", "text")},
        "channel": row.channel,
        "reason": wording.reason(row),
        "contact": row.contact_id,
        "number": row.number_id,
        "from": row.number.address if row.direction == Direction.OUTBOUND else row.phone,
        "segments": row.segments,
        **{name: getattr(row, name) for name in ("created_at", "send_after", "sent_at")},
        "settled_at": row.settled_at,
    }
