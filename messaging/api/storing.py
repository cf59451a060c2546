"""What programs said about a record, checked as its form would check it, and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from contacts import changes, concealing, custom
from contacts.models import Company, Contact, Record
from contacts.models.member import team_of
from messaging.api import custom_values
from messaging.api.doors import found
from messaging.api.problems import Problem, said

R = TypeVar("R", bound=Record)
LEADS_TO: dict[str, type[Record]] = {
    "company": Company,
    "contact": Contact,
    "main_contact": Contact,
}


def new(model: type[R], user: Any) -> R:
    return model(owner=user, team_id=team_of(user))


def store(user: Any, record: Record, given: dict[str, Any]) -> None:
    """given: by the names of fields; those left out stay. Raises Problem."""
    news = custom_values.checked(record, given.pop("custom", None) or {})
    for name, value in given.items():
        if model := LEADS_TO.get(name):
            setattr(record, name, _seen(user, model, name, value))
        else:
            setattr(record, name, _or_empty(record, name, value))
    record.updated_at = timezone.now()
    try:
        record.full_clean(exclude=["owner", "team", *LEADS_TO])
    except ValidationError as error:
        raise _wrong(error) from error
    record.save()
    custom.keep(record, news)


@contextmanager
def noting(record: Record, author: Any) -> Iterator[None]:
    """What changes about it inside stands on its timeline."""
    before = changes.snapshot(record)
    yield
    changes.note(record, author=author, before=before)


def shown(rows: QuerySet[Any], user: Any, pk: int, show: Callable[[Any], Any]) -> Any:
    """One of these, read anew. Raises Http404."""
    return concealed(user, show)(found(rows, pk))


def concealed(user: Any, show: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same without the ids of what belongs to another team."""
    return lambda row: show(next(concealing.conceal([row], user, further=False)))


def _seen(user: Any, model: type[Record], name: str, pk: int | None) -> Record | None:
    """Raises Problem."""
    if pk is None:
        return None
    row: Record | None = model.objects.visible_to(user).filter(pk=pk).first()
    if row is None:
        raise Problem(422, f"{name}: There is no such {model._meta.verbose_name}.")
    return row


def _or_empty(record: Record, name: str, value: Any) -> Any:
    """null empties a field, whichever way the field is empty."""
    field: Any = record._meta.get_field(name)
    return "" if value is None and isinstance(field, models.CharField | models.TextField) else value


def _wrong(error: ValidationError) -> Problem:
    wrong = [
        {"field": name, "why": sentence}
        for name, sentences in error.message_dict.items()
        for sentence in sentences
    ]
    return Problem(422, said(wrong), errors=wrong)
