"""What custom fields hold: read, kept, and looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q

from contacts.models import CustomField, CustomValue, Record

#: As many records are fetched by their ids; of more, the list is gone through in its order.
FEW = 2_000
LAST = "\U0010ffff"  # sorts behind every other character


def current(model: type[Record]) -> list[CustomField]:
    """The fields of a record type that are offered, in their order."""
    return list(CustomField.objects.of(model).current())


def held(record: Record) -> dict[int, CustomValue]:
    """What each field holds for one record, by the field's pk; archived fields too."""
    if "custom" in getattr(record, "_prefetched_objects_cache", {}):
        rows: Iterable[CustomValue] = record.custom.all()
    else:
        rows = record.custom.select_related("field")
    return {row.field_id: row for row in rows}


def shown(record: Record) -> list[tuple[CustomField, str]]:
    """The current fields that hold something, with the words for it, in their order."""
    rows = [row for row in held(record).values() if row.field.archived_at is None]
    rows.sort(key=lambda row: (row.field.position, row.field_id))
    return [(row.field, row.words) for row in rows]


def words(record: Record) -> dict[str, str]:
    """By the fields' keys."""
    return {row.field.key: row.words for row in held(record).values()}


def plain(record: Record) -> dict[str, str]:
    """What the current fields hold, for programs: by the fields' keys, in their order."""
    rows = [row for row in held(record).values() if row.field.archived_at is None]
    rows.sort(key=lambda row: (row.field.position, row.field_id))
    return {row.field.key: row.plain for row in rows}


def keep(record: Record, news: Mapping[CustomField, Any]) -> None:
    """Let these fields hold these values; None and "" empty one. Others stay as they are."""
    had = held(record)
    kind = ContentType.objects.get_for_model(record)
    for field, value in news.items():
        row = had.get(field.pk)
        if value in (None, ""):
            if row:
                row.delete()
        elif row is None or row.value != value:
            row = row or CustomValue(field=field, content_type=kind, object_id=record.pk)
            row.value = value
            row.save()
    getattr(record, "_prefetched_objects_cache", {}).pop("custom", None)


def read(field: CustomField, words: str) -> Any:
    """The value of what was written down as plain words; None for none."""
    if field.type == CustomField.Type.NUMBER:
        return Decimal(words) if words else None
    if field.type == CustomField.Type.DATE:
        return date.fromisoformat(words) if words else None
    return words or None


def beside(rows: Any, fields: Iterable[CustomField]) -> Any:
    """Records with what these fields hold."""
    of = CustomValue.objects.filter(field__in=list(fields)).select_related("field")
    return rows.prefetch_related(Prefetch("custom", queryset=of))


def any_held(model: type[Record]) -> Exists:
    """Whether any field holds anything, as an annotation."""
    kind = {"content_type__app_label": model._meta.app_label}
    kind["content_type__model"] = model._meta.model_name or ""
    return Exists(CustomValue.objects.filter(object_id=OuterRef("pk"), **kind))


def begins(typed: str) -> Q:
    """That a text begins so, whatever its case: for both databases a range of the index."""
    start = typed.casefold()[: CustomValue._meta.get_field("sort").max_length]
    if connection.vendor == "sqlite":
        return Q(sort__gte=start, sort__lt=start + LAST)
    return Q(sort__startswith=start)


def exactly(option: str) -> Q:
    return Q(sort=option)


def compares(column: str, way: str, value: Any) -> Q:
    """number or day; gte or lte."""
    return Q(**{f"{column}__{way}": value})


def having(rows: Any, field: CustomField, condition: Q) -> Any:
    """
    Those of these records for which a field holds this. A database cannot know how many will
    match, and so which way is short: by their ids if they are few, else along the list.
    """
    found = CustomValue.objects.filter(condition, field=field)
    ids = list(found.values_list("object_id", flat=True)[: FEW + 1])
    if len(ids) <= FEW:
        return rows.filter(pk__in=ids)
    return rows.filter(Exists(found.filter(object_id=OuterRef("pk"))))
