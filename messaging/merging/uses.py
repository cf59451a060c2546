"""What names a custom field: saved texts, and lists that are kept or texted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.db.models import Q
from django.urls import reverse

from contacts.models import Contact, CustomField, SavedView
from messaging.merging import syntax
from messaging.merging.values import CUSTOM
from messaging.models import Broadcast, Recurrence, Template

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = Broadcast.State
#: Whoever reads a broadcast's words and its list anew; its recipients' are written out later.
_AHEAD = Q(state__in=[State.PREPARING, State.READY, State.WAITING]) | Q(recurrences__isnull=False)


@dataclass(frozen=True, slots=True)
class Use:
    """words: “the template /hello”. url: "" where the reader may not look."""

    words: str
    url: str


def uses(field: CustomField, user: User) -> list[Use]:
    """Everybody's; of what is another's own, that there is one."""
    texts = [*_templates(field, user), *_recurrences(field), *_broadcasts(field)]
    return [*texts, *_views(field, user)]


def _templates(field: CustomField, user: User) -> Iterator[Use]:
    seen = set(Template.objects.visible_to(user).values_list("pk", flat=True))
    for row in Template.objects.filter(text__icontains=field.key):
        if not _in_text(field, row.text):
            continue
        if row.pk in seen:
            yield Use(f"the template {row}", reverse("messaging:template-edit", args=[row.pk]))
        else:
            yield Use("somebody’s own template", "")


def _recurrences(field: CustomField) -> Iterator[Use]:
    rows = Recurrence.objects.filter(contact__isnull=False, text__icontains=field.key)
    for row in rows.select_related("contact"):
        if _in_text(field, row.text):
            yield Use(f"the recurring text to {row.contact}", row.get_absolute_url())


def _broadcasts(field: CustomField) -> Iterator[Use]:
    named = Q(text__icontains=field.key) | Q(query__contains=field.name)
    for row in Broadcast.objects.filter(_AHEAD, named).distinct():
        if _in_text(field, row.text) or (_on_contacts(field) and _in_list(field, row.query)):
            yield Use(f"the broadcast {row}", row.get_absolute_url())


def _views(field: CustomField, user: User) -> Iterator[Use]:
    model = field.content_type.model_class()
    of = str(model._meta.verbose_name_plural) if model else ""
    seen = set(SavedView.objects.visible_to(user).values_list("pk", flat=True))
    for row in SavedView.objects.filter(of=of, query__contains=field.name):
        if not _in_list(field, row.query):
            continue
        if row.pk in seen:
            yield Use(f"the view {row}", row.get_absolute_url())
        else:
            yield Use("somebody’s own view", "")


def _in_text(field: CustomField, text: str) -> bool:
    model = field.content_type.model_class()
    starts = [start for start, (one, _) in CUSTOM.items() if one is model]
    return any(f"{start}{field.key}" in syntax.read_typed(text).names for start in starts)


def _on_contacts(field: CustomField) -> bool:
    return field.content_type.model_class() is Contact


def _in_list(field: CustomField, query: str) -> bool:
    """As a filter, f-rent-from=500, or as a column."""
    filters = {field.name, f"{field.name}-from", f"{field.name}-to"}
    pairs = parse_qsl(query)
    return ("columns", field.name) in pairs or not filters.isdisjoint(name for name, _ in pairs)
