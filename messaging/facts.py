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
        "company": _reference(row, "company"),
        "tags": [tag.name for tag in row.tags.all()],
        "phones": [
            {"number": p.e164, "kind": p.kind, "label": p.label, "is_primary": p.is_primary}
            for p in row.phones.all()
        ],
        **_record(row),
    }


def company(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in ("name", "website", "notes")},
        "main_contact": _reference(row, "main_contact"),
        **_record(row),
    }


def deal(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in ("title", "stage", "amount", "due_on", "notes")},
        **{name: _reference(row, name) for name in ("contact", "company")},
        **_record(row),
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


def _record(row: Any) -> dict[str, Any]:
    """What all record types have."""
    shown = ("archived_at", "created_at", "updated_at")
    return {"custom": custom.plain(row), **{name: getattr(row, name) for name in shown}}


def _reference(row: Any, name: str) -> int | None:
    """The id of what it leads to; None where contacts.concealing concealed it."""
    if row._state.fields_cache.get(name, row) is None:
        return None
    pk: int | None = getattr(row, f"{name}_id")
    return pk
