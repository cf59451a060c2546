"""Pieces that are kept: drawn once for what they say, and never for somebody else or longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Comment, Contact
from messaging import fragments
from messaging.models import Message, Number, Preference, Status


@pytest.fixture
def track(carol: Contact, number: Number, alice: User) -> Message:
    post_comment(on=carol, author=alice, body="sms: See you at six")
    message = Message.objects.get()
    change(message, status=Status.SENT, sent_at=timezone.now())
    return message


def change(message: Message, **fields: object) -> None:
    Message.objects.filter(pk=message.pk).update(**fields)


def timeline(browser: Client, contact: Contact) -> str:
    page = browser.get(f"{contact.get_absolute_url()}?tab=activity").content.decode()
    return page.partition('id="timeline"')[2].partition("</section>")[0]


def test_a_piece_is_drawn_once(
    carol: Contact, track: Message, alices_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = timeline(alices_browser, carol)
    monkeypatch.setattr(fragments, "render_to_string", None)

    assert timeline(alices_browser, carol) == first


def test_what_changes_is_drawn_anew(carol: Contact, track: Message, alices_browser: Client) -> None:
    assert "Delivered" not in timeline(alices_browser, carol)

    change(track, status=Status.DELIVERED, settled_at=timezone.now())
    assert "Delivered" in timeline(alices_browser, carol)

    Contact.objects.update(first_name="Caro")
    assert "texted Caro" in timeline(alices_browser, carol)


def test_a_form_is_never_kept(carol: Contact, track: Message, alices_browser: Client) -> None:
    change(track, status=Status.FAILED, reason="absent", settled_at=timezone.now())

    tokens = {
        timeline(alices_browser, carol).partition('csrfmiddlewaretoken" value="')[2][:64]
        for _ in range(2)
    }

    assert len(tokens) == 2


def test_each_reader_sees_their_own_times_and_their_own_actions(
    carol: Contact, alices_browser: Client, alice: User, bob: User
) -> None:
    noon = timezone.now().replace(hour=12, minute=7) - timedelta(days=1)
    note = post_comment(on=carol, author=alice, body="Note")
    Comment.objects.filter(pk=note.pk).update(created_at=noon)
    Preference.objects.create(user=bob, time_zone="Asia/Tokyo")
    bobs = Client()
    bobs.force_login(bob)

    hers, his = timeline(alices_browser, carol), timeline(bobs, carol)

    assert "12:07" in hers
    assert "21:07" in his
    assert ("Delete" in hers, "Delete" in his) == (True, False)


def test_a_menu_counts_for_its_own_reader(
    carol: Contact, alices_browser: Client, alice: User, bob: User
) -> None:
    carol.get_absolute_url()
    bobs = Client()
    bobs.force_login(bob)

    pages = [b.get("/contacts/").content.decode() for b in (alices_browser, bobs, alices_browser)]

    assert all('aria-current="page"' in page for page in pages)
    assert (
        "aria-current"
        not in bobs.get("/dashboard/")
        .content.decode()
        .partition('href="/contacts/"')[2]
        .partition("</a>")[0]
    )


def test_the_oldest_pieces_make_room(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(fragments, "MOST", 4)
    monkeypatch.setattr(fragments, "_kept", {})

    for n in range(9):
        fragments.draw("components/_mark.html", n, {})

    assert len(fragments._kept) <= 4
