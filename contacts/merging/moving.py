"""What names a contact, of this app or any other: moved to another one, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model

from contacts.models import BulkItem, Comment, Contact, Duplicate, Merge, Phone

STEP = 500
#: What stays: phones and tags are sorted by hand, the others are about the row itself.
STAYS = {Phone, BulkItem, Duplicate, Merge, Contact.tags.through}
Moved = dict[str, list[int]]


def relations() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Every foreign key that names a contact; one-to-one is for the app that has it."""
    every: Any = Contact._meta.get_fields(include_hidden=True)
    for relation in every:
        if relation.one_to_many and relation.auto_created and relation.related_model not in STAYS:
            yield relation.related_model, relation.field


def move(gone: Contact, keep: Contact) -> Moved:
    """The pks of what moved, by the name of its model and field."""
    moved: Moved = {}
    for model, field in relations():
        rows = model._default_manager.filter(**{field.name: gone.pk})
        if unique(model, field):
            continue
        if pks := list(rows.values_list("pk", flat=True)):
            rows.update(**{field.name: keep.pk})
            moved[f"{model._meta.label}.{field.name}"] = pks
    comments = Comment.objects.on(gone)
    moved["comments"] = list(comments.values_list("pk", flat=True))
    comments.update(object_id=keep.pk)
    return moved


def unique(model: type[Model], field: Field[Any, Any]) -> bool:
    """Whether two rows of both contacts could not stand beside each other: who is typing now."""
    sets = [c.fields for c in model._meta.total_unique_constraints]
    return any(field.name in names for names in sets)


def back(moved: Moved, keep: Contact, gone: Contact) -> None:
    """What still is where it was moved to; what somebody moved on since stays there."""
    for model, field in relations():
        pks = moved.get(f"{model._meta.label}.{field.name}", [])
        for start in range(0, len(pks), STEP):
            rows = model._default_manager.filter(pk__in=pks[start : start + STEP])
            rows.filter(**{field.name: keep.pk}).update(**{field.name: gone.pk})
    kind = ContentType.objects.get_for_model(Contact)
    for start in range(0, len(moved["comments"]), STEP):
        rows = Comment.objects.filter(pk__in=moved["comments"][start : start + STEP])
        rows.filter(content_type=kind, object_id=keep.pk).update(object_id=gone.pk)
