"""The template tags of the design system."""

from datetime import UTC, datetime, timedelta

import lucide
import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import ResolverMatch

from contacts.templatetags.ui import clock, day, display_name, hue, initials, since, since_words

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def on(view_name: str) -> object:
    request = RequestFactory().get("/")
    namespace, _, name = view_name.rpartition(":")
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name=name, namespaces=[namespace]
    )
    return request


def test_an_icon_is_inline_and_silent_to_screen_readers() -> None:
    drawn = render('{% icon "check-check" 14 %}')

    assert drawn.startswith("<svg")
    assert 'width="14"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert "style=" not in drawn


def test_an_email_breaks_between_its_words_and_stays_harmless() -> None:
    assert render("{{ email|breakable }}", email="a.b@<i>.example") == (
        "a.<wbr>b@<wbr>&lt;i&gt;.<wbr>example"
    )


def test_an_icon_nobody_drew_says_so() -> None:
    with pytest.raises(lucide.IconDoesNotExist, match="no-such-icon"):
        render('{% icon "no-such-icon" %}')


def test_an_avatar_shows_initials_in_the_same_hue_every_time() -> None:
    first = render("{% avatar name 'lg' %}", name="Maren van Aldous")
    second = render("{% avatar name 'lg' %}", name="Maren van Aldous")

    assert ">MA</span>" in first
    assert f"avatar--lg hue-{hue('Maren van Aldous')}" in first
    assert first == second


def test_an_avatar_escapes_what_a_person_typed() -> None:
    drawn = render("{% avatar name %}", name="<script> <b>")

    assert "<script" not in drawn
    assert "<b" not in drawn


def test_a_name_without_letters_gets_a_figure() -> None:
    assert "<svg" in render("{% avatar name %}", name="+44 7700 900123")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maren", "M"), ("maren aldous", "MA"), ("Élodie 2 Ånn", "ÉÅ"), ("", ""), ("  ", "")],
)
def test_initials_are_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_hue_is_one_of_eight() -> None:
    assert {hue(f"person {i}") for i in range(200)} == set(range(1, 9))


def test_a_user_without_a_full_name_is_called_by_the_user_name() -> None:
    assert display_name(User(username="priya")) == "priya"
    assert display_name(User(username="priya", first_name="Priya", last_name="N")) == "Priya N"


@pytest.mark.parametrize(
    ("here", "mark"),
    [
        ("contacts:contact-list", ' aria-current="page"'),
        ("contacts:contact-detail", ' aria-current="true"'),
        ("contacts:company-list", ""),
    ],
)
def test_the_navigation_knows_where_we_are(here: str, mark: str) -> None:
    drawn = render('{% nav_current "contacts:contact-list" "contacts:contact" %}', request=on(here))

    assert drawn == mark


def test_a_page_without_a_request_is_nowhere() -> None:
    assert render('{% nav_current "contacts:contact-list" %}') == ""


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=3, seconds=50), "3 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=2, hours=3), "2 d ago"),
        (timedelta(minutes=-30), "in 30 min"),
        (timedelta(days=30), "23 Oct"),
        (timedelta(days=400), "18 Oct 2025"),
    ],
)
def test_relative_times_take_the_fewest_words(ago: timedelta, words: str) -> None:
    assert since_words(NOON - ago, NOON) == words


def test_a_relative_time_tells_the_full_date() -> None:
    drawn = since(NOON - timedelta(days=4000))

    assert 'datetime="2015-12-10' in drawn
    assert 'title="Thursday 10 December 2015, ' in drawn


def test_a_time_that_never_was_is_empty() -> None:
    assert (since(None), clock(None), day(None)) == ("", "", "")


def test_day_rules_are_called_as_people_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)

    assert day(NOON) == "Today"
    assert day(NOON - timedelta(days=1)) == "Yesterday"
    assert day(NOON - timedelta(days=3)) == "Thursday 19 November"
    assert day(NOON - timedelta(days=400)) == "Saturday 18 October 2025"
