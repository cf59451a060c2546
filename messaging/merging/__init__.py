"""
Merge fields: `check` a text when it is saved, `render` it for one person.

A missing value never leaves unfilled: there is a fallback, or MissingValue says which field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.merging.syntax import (
    ArchivedField,
    MergeProblem,
    MissingValue,
    Phrase,
    UnknownField,
    read,
)
from messaging.merging.syntax import read_typed as _read_typed
from messaging.merging.values import (
    CLOSED,
    FIELDS,
    Whom,
    are_built_in,
    deal_for,
    fetch,
    known,
    needs_deal,
    values,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact, Record

__all__ = [
    "CLOSED",
    "FIELDS",
    "MergeProblem",
    "MissingValue",
    "Phrase",
    "UnknownField",
    "Whom",
    "check",
    "fetch",
    "fill",
    "known",
    "needs_deal",
    "read_again",
    "render",
    "render_typed",
]


def check(text: str) -> Phrase:
    """A template's words, read. Raises MergeProblem with a sentence for its author."""
    phrase = read(text)
    try:
        phrase.check(FIELDS if are_built_in(phrase.names) else known())
    except UnknownField as problem:
        if problem.field in known(archived=True):
            raise ArchivedField(problem.field) from problem
        raise
    return phrase


def read_again(text: str) -> Phrase:
    """The same for words that were saved once: a field they name may be archived since."""
    return _checked_again(read(text))


def _checked_again(phrase: Phrase) -> Phrase:
    phrase.check(FIELDS if are_built_in(phrase.names) else known(archived=True))
    return phrase


def render(
    text: str, *, contact: Contact | None, record: Record | None = None, author: User | None = None
) -> str:
    """
    A template's words for one person. record: on which it is written, if not on the contact;
    author: who sends it. Raises MergeProblem; MissingValue names the field.
    """
    return _render(read_again(text), contact, record, author)


def render_typed(
    text: str, *, contact: Contact | None, record: Record | None = None, author: User | None = None
) -> str:
    """The same for what somebody typed for one person, where most braces are only braces."""
    phrase = _checked_again(_read_typed(text))
    return _render(phrase, contact, record, author)


def fill(phrase: Phrase, whom: Whom) -> str:
    """The same for many, with what was read and fetched before. Raises MissingValue."""
    return phrase.fill(values(phrase.names, whom))


def _render(
    phrase: Phrase, contact: Contact | None, record: Record | None, author: User | None
) -> str:
    if not phrase.names:
        return phrase.fill({})
    deal = deal_for(contact, record, author) if needs_deal(phrase.names) else None
    return fill(phrase, Whom(contact, deal, author))
