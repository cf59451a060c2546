"""One string at one entry, and whether everything held."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils.html import escape

from tests.hostile.entries import LONGEST_ADDRESS, Form, Question
from tests.hostile.strings import ATTRIBUTE, TAG

SENTENCES = ("field-error", "notice--bad", "composer-error", "toast--error")
#: What a page would hold if words had become markup.
EXECUTED = [
    TAG,
    f'"{ATTRIBUTE}"',
    f"'{ATTRIBUTE}'",
    'href="javascript:',
    'src="javascript:',
    "[49]",
]


def on_wire(words: str) -> bytes:
    """As a careless client sends them: a lone surrogate becomes bytes that are no UTF-8."""
    return words.encode("utf-8", "surrogatepass")


def arrived(words: str) -> str:
    """As Django reads these bytes."""
    return on_wire(words).decode("utf-8", "replace")


def ask(browser: Client, question: Question, words: str, things: dict[str, int]) -> list[str]:
    """What went wrong when these words stood in the address."""
    typed = quote(on_wire(words[:LONGEST_ADDRESS]), safe="")[:LONGEST_ADDRESS]
    answer: Any = browser.get(question.address.format(words=typed, **things))
    return _broken(answer) + _executed(answer)


def fill_in(browser: Client, form: Form, words: str, things: dict[str, int]) -> list[str]:
    """What went wrong when these words were sent; whatever they did is taken back."""
    with transaction.atomic():
        found = _fill_in(browser, form, words, things)
        transaction.set_rollback(True)
    browser.cookies.pop("messages", None)
    return found


def _fill_in(browser: Client, form: Form, words: str, things: dict[str, int]) -> list[str]:
    fields = {name: str(value).encode() for name, value in form.others.items()}
    body = urlencode(fields | {form.field: on_wire(form.prefix + words)})
    before = form.stored()
    answer: Any = browser.post(
        form.address.format(**things), body, content_type="application/x-www-form-urlencoded"
    )
    if len(body) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        return _untold(answer)  # read by nobody, so that it cannot be shown again
    found = _broken(answer) + _executed(answer)
    if answer.status_code == 302:
        found += _lost(form, arrived(words)) + _executed_later(browser, form, things)
    elif answer.status_code != 404 and not found:
        found += _unsaid(form, answer, arrived(form.prefix + words))
        found += [] if form.stored() == before else ["was refused and stored"]
    return found


def _untold(answer: Any) -> list[str]:
    told = answer.status_code == 413 and "what you typed is still there" in answer.content.decode()
    return [] if told else [f"too large, answered {answer.status_code} without a way back"]


def _broken(answer: Any) -> list[str]:
    fine = answer.status_code in {200, 204, 302, 400, 404, 405, 413, 422}
    return [] if fine else [f"answered {answer.status_code}"]


def _executed(answer: Any) -> list[str]:
    page = answer.content.decode(errors="replace")
    return [f"{words} is on the page" for words in EXECUTED if words in page]


def _executed_later(browser: Client, form: Form, things: dict[str, int]) -> list[str]:
    """On the page that shows it, and in the notice that says it was done."""
    answer: Any = browser.get((form.shown or "/contacts/").format(**things))
    return _broken(answer) + _executed(answer)


def _lost(form: Form, words: str) -> list[str]:
    kept, stored = form.kept(words), form.stored()
    return [] if kept is None or kept == stored else [f"stored as {stored!r:.200}"]


def _unsaid(form: Form, answer: Any, words: str) -> list[str]:
    if answer.status_code == 200 and not words.strip("\0 \t\r\n"):
        return []  # a preview, of a form with a field that may be empty
    page = answer.content.decode(errors="replace")
    found = [] if any(sign in page for sign in SENTENCES) else ["refused without a sentence"]
    typed = escape(words.replace("\x00", "").strip())
    if form.repeats_words and typed not in page.replace("\x00", ""):
        found.append("refused, and the words are gone")
    return found
