"""
What seven's journals know of our texts and calls (https://docs.seven.io/en/rest-api/endpoints/journal,
read 2026-11-22): newest first, in pages, each text with its status and with our reference as
`foreign_id`: its own, or that of the batch it left in, which names it together with its phone. Only
the whole of it shows that a text is not there.

Calls have a journal of their own, with `status` for `dlr`. Whether a call's entry bears our
reference is written nowhere; where it does not, its id tells, and else it stays open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.gateways import seven_voice, seven_webhooks
from messaging.gateways.base import DeliveryReport, Question
from messaging.gateways.errors import GatewayError, failure
from messaging.gateways.reading import clean, number

PAGE = 100  # entries; the most it gives at once
MAX_PAGES = 500

Entry = dict[str, Any]
Answered = tuple[Question, DeliveryReport | None]
Told = Callable[[Entry, Question], DeliveryReport]


class Journal:
    """
    read: gives one page for these query parameters. Raises GatewayError. told: what an entry says,
    of a question.
    """

    def __init__(self, read: Callable[[Mapping[str, str]], list[Entry]], told: Told) -> None:
        self._read, self._told = read, told

    def find(self, question: Question) -> DeliveryReport | None:
        """
        In the phone's part, which is short, else in all of it; None if it is certainly in neither.
        Raises GatewayError.
        """
        if question.to:
            for entry in _answers([question], self._walk(question.to, question.since), []):
                return self._told(*entry[::-1])
        unclear: list[Question] = []
        for entry in _answers([question], self._walk("", question.since), unclear):
            return self._told(*entry[::-1])
        if unclear:
            raise failure("unreadable_answer", detail="A text to this phone bears no reference.")
        return None

    def find_all(self, questions: Sequence[Question]) -> Iterator[Answered]:
        """
        Walks it once, as far back as it takes. What is found counts even where the walk breaks
        off; None is said at its end only.
        """
        since = min((one.since for one in questions if one.since), default=None)
        left, unclear = dict.fromkeys(questions), list[Question]()
        try:
            for question, entry in _answers(questions, self._walk("", since), unclear):
                left.pop(question, None)
                yield question, self._told(entry, question)
        except GatewayError:
            return
        yield from ((one, None) for one in left if one not in unclear)

    def _walk(self, to: str, since: datetime | None) -> Iterator[Entry]:
        """Every entry. Ends at an empty page, because a short one may only mean a smaller limit."""
        params = {"limit": str(PAGE)}
        if to:
            params["to"] = to.lstrip("+")
        if since:  # a day early: nobody says whose midnight counts
            params["date_from"] = f"{since.astimezone(UTC) - timedelta(days=1):%Y-%m-%d}"
        offset = 0
        for _ in range(MAX_PAGES):
            page = self._read({**params, "offset": str(offset)})
            if not page:
                return
            yield from page
            offset += len(page)
        raise failure("unreadable_answer", detail=f"The journal is longer than {offset} entries.")


def _answers(
    questions: Sequence[Question], entries: Iterable[Entry], unclear: list[Question]
) -> Iterator[tuple[Question, Entry]]:
    """
    Those that these entries answer; stops reading after the last. unclear: gets those of which
    some entry may speak without naming them, which leaves them open.
    """
    ours = {one.reference: one for one in questions}
    theirs = {one.external_id: one for one in questions if one.external_id}
    shared = {(name, one.to): one for one in questions for name in one.batches}
    batches, left = {name for name, _ in shared}, set(questions)
    for entry in entries:
        reference, external_id = clean(entry.get("foreign_id")), clean(entry.get("id"), 64)
        to = number(entry.get("to"))
        found = ours.get(reference) or shared.get((reference, to)) or theirs.get(external_id)
        if found:
            left.discard(found)
            yield found, entry
            if not left:
                return
        elif not reference and to:
            unclear += [one for one in left if one.to == to]
        elif reference in batches and not to.startswith("+"):
            unclear += [one for one in left if reference in one.batches]


def of_text(entry: Entry, question: Question) -> DeliveryReport:
    return seven_webhooks.report(entry.get("dlr"), **_named(entry, question))


def of_call(entry: Entry, question: Question) -> DeliveryReport:
    return seven_voice.report(entry.get("status"), **_named(entry, question))


def _named(entry: Entry, question: Question) -> dict[str, Any]:
    external_id = clean(entry.get("id"), 64)
    return {"external_id": external_id, "reference": question.reference, "to": entry.get("to")}
