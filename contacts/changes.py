"""What a person changed on a record, as an entry of its timeline: one for each save."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.dispatch import Signal
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst

from contacts import custom
from contacts.models import Comment
from contacts.models.comment import MAX_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Record

LONGEST = 120  # characters of a value; longer ones, and texts of several lines, are not repeated

#: A person changed a record, in this transaction: arguments `record`, `before` and `after`, which
#: are snapshots. Who listens may answer with what else changed by that, as differences() says it.
changed = Signal()

#: What a record says: the words people read, by the name of the field.
Snapshot = dict[str, tuple[str, str]]


def snapshot(record: Record) -> Snapshot:
    """The record as people see it now: label and value of everything a form can change."""
    fields = [f for f in record._meta.fields if f.editable and not f.primary_key]
    said = {f.name: (_label(f), _value(record, f)) for f in fields}
    for relation in record._meta.many_to_many:
        rows = getattr(record, relation.name).all()
        said[relation.name] = (_label(relation), ", ".join(sorted(map(str, rows))))
    if phones := getattr(record, "phones", None):
        said["phones"] = (
            "Phones",
            ", ".join(sorted(f"{p.display} ({_kind(p)})" for p in phones.all())),
        )
    held = custom.held(record)
    for field in custom.current(type(record)):
        row = held.get(field.pk)
        said[field.name] = (field.label, row.words if row else "")
    return said


def note(record: Record, *, author: User, before: Snapshot) -> Comment | None:
    """Put what differs from `before` on the timeline; None if nothing does."""
    # Read anew: what was fetched with it shows what was there before.
    stored: Record = type(record)._default_manager.get(pk=record.pk)
    after = snapshot(stored)
    details = differences(before, after)
    if not details:
        return None
    answers: list[Any] = changed.send(type(record), record=stored, before=before, after=after)
    for _, more in answers:
        details += more
    return Comment.objects.create(
        record=stored,
        author=author,
        kind=Comment.Kind.CHANGE,
        body="; ".join(map(sentence, details))[:MAX_LENGTH],
        details=details,
    )


def entry(
    model: type[Record], author: User, label: str, pk: int, before: str, after: str
) -> Comment:
    """The entry of one change of one field, not stored: for what is done to many at once."""
    detail = {"field": label.lower(), "label": label, "before": before, "after": after}
    return Comment(
        content_type=ContentType.objects.get_for_model(model),
        object_id=pk,
        author=author,
        kind=Comment.Kind.CHANGE,
        body=sentence(detail)[:MAX_LENGTH],
        details=[detail],
    )


def differences(before: Snapshot, after: Snapshot) -> list[dict[str, str]]:
    """
    For each field that differs: field, label, before, after. A value too long to be repeated is
    "", so that before and after are both "" for one that was rewritten.
    """
    return [
        {"field": name, "label": label, "before": _short(was), "after": _short(now)}
        for name, (label, now) in after.items()
        for _, was in [before.get(name, ("", ""))]
        if was != now
    ]


def sentence(change: dict[str, str]) -> str:
    """ "changed Stage from Survey to Quote sent", without the name of who did."""
    label, was, now = change["label"], change["before"], change["after"]
    if was and now:
        return f"changed {label} from {was} to {now}"
    if now:
        return f"set {label} to {now}"
    return f"removed {label} {was}" if was else f"changed {label}"


def _label(field: Any) -> str:
    return capfirst(str(field.verbose_name))


def _value(record: Record, field: Any) -> str:
    value = getattr(record, field.name)
    if value in (None, ""):
        return ""
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    if isinstance(field, models.ForeignKey):
        full_name = getattr(value, "get_full_name", None)
        return (full_name() if callable(full_name) else "") or str(value)
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return date_format(value) if isinstance(value, date) else str(value)


def _kind(phone: Any) -> str:
    return str(phone.label or phone.get_kind_display())


def _short(value: str) -> str:
    return "" if "\n" in value or len(value) > LONGEST * 4 else Truncator(value).chars(LONGEST)
