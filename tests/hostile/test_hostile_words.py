"""Whatever is typed, wherever: no error page, nothing run, nothing lost without a word."""

from __future__ import annotations

import pytest
from django.test import Client

from messaging.models import Number
from tests.hostile.attack import ask, fill_in
from tests.hostile.conftest import EACH, tried
from tests.hostile.entries import FORMS, QUESTIONS, Form, Question
from tests.hostile.strings import hostile


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_an_address_with_hostile_words_is_a_page(
    question: Question, alices_browser: Client, things: dict[str, int]
) -> None:
    found = [
        (words[:80], problem)
        for words in hostile(question.name, EACH)
        for problem in ask(alices_browser, question, words, things)
    ]

    tried[question.name] += EACH
    assert found == []


@pytest.mark.parametrize(
    "address",
    [
        "/communications/?until=9999-12-31",  # the day after is none
        "/communications/?since=0001-01-01",  # east of Greenwich that begins before time
        "/live/?page=handset&phone=%00",  # PostgreSQL takes no NUL
    ],
)
def test_what_broke_once_is_answered(address: str, alices_browser: Client, number: Number) -> None:
    assert alices_browser.get(address).status_code in {200, 204}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_field_keeps_hostile_words_or_refuses_them(
    form: Form, alices_browser: Client, things: dict[str, int]
) -> None:
    browser = Client() if form.address.startswith("/login/") else alices_browser

    found = [
        (words[:80], problem)
        for words in hostile(form.name, EACH)
        for problem in fill_in(browser, form, words, things)
    ]

    tried[form.name] += EACH
    assert found == []
