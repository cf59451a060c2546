"""Changing and taking back one's own words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from contacts.comments import post_comment
from contacts.forms.comment import CommentEditForm
from contacts.models import Comment, Contact
from messaging.models import Message, Number


@pytest.fixture
def note(carol: Contact, alice: User) -> Comment:
    """Alice's comment on Carol."""
    return post_comment(on=carol, author=alice, body="Called her")


def test_the_author_changes_the_words(note: Comment, alices_browser: Client) -> None:
    answer = alices_browser.post(f"/comments/{note.pk}/edit/", {"body": "Called her twice"})

    page = alices_browser.get(answer["Location"]).content.decode()
    assert "Called her twice" in page
    assert ">edited<" in page


def test_editing_never_texts_and_says_so(
    note: Comment, number: Number, alices_browser: Client
) -> None:
    url = f"/comments/{note.pk}/edit/"

    alices_browser.post(url, {"body": "sms: See you at six"})
    page = alices_browser.get(url).content.decode()

    note.refresh_from_db()
    assert (note.kind, note.body) == (Comment.Kind.COMMENT, "sms: See you at six")
    assert not Message.objects.exists()
    assert "Editing never texts anybody." in page


def test_a_comment_cannot_be_emptied(note: Comment, alices_browser: Client) -> None:
    answer = alices_browser.post(f"/comments/{note.pk}/edit/", {"body": "  "})

    note.refresh_from_db()
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert note.body == "Called her"


def test_a_comment_that_became_a_track_meanwhile_keeps_its_words(note: Comment) -> None:
    Comment.objects.filter(pk=note.pk).update(kind=Comment.Kind.TRACK)
    form = CommentEditForm({"body": "Something else"})

    saved = form.is_valid() and form.save(note)

    note.refresh_from_db()
    assert not saved
    assert note.body == "Called her"


def test_the_author_takes_a_comment_back(note: Comment, alices_browser: Client) -> None:
    url = f"/comments/{note.pk}/delete/"

    question = alices_browser.get(url).content.decode()
    answer = alices_browser.post(url)

    assert "Called her" in question
    assert answer.status_code == 302
    assert not Comment.objects.exists()


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_the_words_of_others_are_theirs(note: Comment, verb: str, bobs_browser: Client) -> None:
    url = f"/comments/{note.pk}/{verb}/"

    answers = [bobs_browser.get(url), bobs_browser.post(url, {"body": "Nonsense"})]

    note.refresh_from_db()
    page = bobs_browser.get(note.record.get_absolute_url()).content.decode()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert note.body == "Called her"
    assert url not in page


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_a_track_stays_as_it_is(
    carol: Contact, alice: User, number: Number, verb: str, alices_browser: Client
) -> None:
    track = post_comment(on=carol, author=alice, body="sms: See you at six")

    answer = alices_browser.post(f"/comments/{track.pk}/{verb}/", {"body": "Nonsense"})

    assert answer.status_code == 404
    assert Comment.objects.get(pk=track.pk).body == "See you at six"
