"""
Merge fields in a text, by their rules alone: no models, no values of its own.

    {first_name}          the value; without one the text cannot leave
    {first_name|there}    the value, else the words behind the bar; {company|} is else nothing
    {{first_name}}        the same, as other programs write it
    \\{ and \\}             braces that are meant as such

A value is put in as it is: braces in somebody's name are no field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_NAME = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_FIELD = (
    rf"\{{(?P<twice>\{{)?[ ]*(?P<name>{_NAME})[ ]*(?:\|(?P<fallback>[^{{}}|]*))?\}}(?(twice)\}})"
)
_STRICT = re.compile(rf"\\(?P<brace>[{{}}])|{_FIELD}|(?P<stray>[{{}}])", re.IGNORECASE)
# In what a person types for one other person, only what looks like a field is taken for one.
_LENIENT = re.compile(rf"\\(?P<brace>\{{)(?={_NAME}[|}} ])|{_FIELD}", re.IGNORECASE)


class MergeProblem(ValueError):
    """Why a text cannot be saved or filled: one plain sentence for its author."""


class UnknownField(MergeProblem):
    def __init__(self, field: str, known: Collection[str]) -> None:
        self.field = field
        near = get_close_matches(field, known, 1)
        hint = f"Did you mean {{{near[0]}}}?" if near else f"To text it as it is: \\{{{field}}}."
        super().__init__(f"There is no field {{{field}}}. {hint}")


class ArchivedField(MergeProblem):
    """`field` is one of the team's own that is not offered any more."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            f"The field {{{field}}} was archived: leave it out, or bring it back under Settings."
        )


class MissingValue(MergeProblem):
    """`field` is empty for this person, and the text has no fallback for it."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            f"{{{field}}} is empty for this person. Fill it in, or write {{{field}|…}} "
            "with words to use instead."
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A place to fill. fallback: None where there is none."""

    name: str
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that was read: words and fields in turn."""

    parts: tuple[str | Field, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    def check(self, known: Collection[str]) -> None:
        """Raises UnknownField for the first field that is not known."""
        for part in self.parts:
            if isinstance(part, Field) and part.name not in known:
                raise UnknownField(part.name, known)

    def fill(self, values: Mapping[str, str]) -> str:
        """The words for one person. Raises MissingValue."""
        return "".join(_filled(part, values) for part in self.parts)


def read(text: str) -> Phrase:
    """The words of a template. Raises MergeProblem for a brace that belongs to no field."""
    return Phrase(tuple(_parts(_STRICT, text)))


def read_typed(text: str) -> Phrase:
    """What somebody types for one person: braces that look like no field are only braces."""
    return Phrase(tuple(_parts(_LENIENT, text)))


def _parts(pattern: re.Pattern[str], text: str) -> Iterator[str | Field]:
    end = 0
    for match in pattern.finditer(text):
        found = match.groupdict()
        if found.get("stray"):
            raise MergeProblem(_stray(text, match.start()))
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        yield found["brace"] or Field(found["name"].lower(), found["fallback"])
    if end < len(text):
        yield text[end:]


def _filled(part: str | Field, values: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return part
    value = values.get(part.name) or part.fallback
    if value is None or (not value and part.fallback is None):
        raise MissingValue(part.name)
    return value


def _stray(text: str, place: int) -> str:
    around = " ".join(text[max(place - 8, 0) : place + 16].split())
    return (
        f"There is a brace at “{around}” that belongs to no field. Write {{first_name}} or "
        "{first_name|there}; a brace that is meant as one is \\{ or \\}."
    )
