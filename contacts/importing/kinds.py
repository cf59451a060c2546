"""What an import may bring. People are the first kind; other apps add theirs by `register`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contacts.models.contact_import import PAGES

if TYPE_CHECKING:
    from contacts.importing.rows import Row
    from contacts.models import ContactImport


@dataclass(frozen=True, slots=True)
class Kind:
    """
    store, undo: what a worker does with the next rows, `most` at a time, in a transaction of the
    worker's; what happened is in the rows then. page: the URL name of where a file is chosen, and
    with “-detail” behind it of where one import stands. labels: outcomes that are called otherwise.
    """

    store: Callable[[ContactImport, list[Row]], None]
    undo: Callable[[ContactImport, list[Row]], None]
    most: int
    page: str
    title: str  # of that page
    results: Callable[[ContactImport], tuple[str, str]]  # words and address of what was stored
    labels: dict[str, str] = field(default_factory=dict)
    #: More to count on the page of one that does not move: words and how many.
    facts: Callable[[ContactImport], list[tuple[str, int]]] = lambda source: []
    #: Do a piece of what comes before any row is stored, in a transaction of the worker's; True
    #: once there is none left.
    is_ready: Callable[[ContactImport], bool] = lambda source: True
    #: What the problem of a row that was undone is about.
    undone_partly: str = "With something left out"
    #: What undoing leaves as it is: one sentence.
    stays: str = ""


_kinds: dict[str, Kind] = {}


def register(word: str, kind: Kind) -> None:
    """Once per process; the word stands in the imports' rows."""
    _kinds[word] = kind
    PAGES[word] = f"{kind.page}-detail"


def of(source: ContactImport) -> Kind:
    return _kinds[source.kind]
