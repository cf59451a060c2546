"""After somebody was erased, no table holds a trace of them; and who said STOP stays blocked."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts import privacy
from contacts.comments import post_comment
from contacts.models import Comment, Contact, Deal, ImportPiece, ImportRow, Phone, SavedView
from messaging import broadcasts, checks, consent, figures, inbox, outbox
from messaging.models import (
    Answer,
    Broadcast,
    ErasedOptOut,
    Event,
    Message,
    Number,
    Origin,
    Recipient,
    Status,
)
from tests.privacy.conftest import CANARIES, PHONE, SHARED, Canary, traces

pytestmark = [pytest.mark.storage, pytest.mark.filterwarnings("ignore:.*thread.*")]


def test_no_table_holds_a_trace(canary: Contact, danas_browser: Client) -> None:
    where = {line.partition(":")[0] for line in traces(*CANARIES)}
    assert where >= {
        "contacts_contact",
        "contacts_phone",
        "contacts_comment",
        "contacts_customvalue",
        "contacts_importrow",
        "contacts_savedview",
        "contacts_words",
        "django_admin_log",
        "messaging_answer",
        "messaging_attempt",
        "messaging_broadcast",
        "messaging_broadcastrecipient",
        "messaging_callernote",
        "messaging_consentevent",
        "messaging_conversation",
        "messaging_delivery",
        "messaging_event",
        "messaging_message",
        "messaging_recipient",
        "messaging_recurrence",
    }, "or the test would prove nothing"

    answer = danas_browser.post(f"/contacts/{canary.pk}/erase/", follow=True)

    assert "Everything about this person was erased." in answer.content.decode()
    assert [who.first_name for who in Contact.objects.all()] == ["Otto"], "nor a merged twin"
    assert traces(*CANARIES) == []


def test_saved_views_that_ask_for_them_go_and_others_stay(canary: Contact, dana: User) -> None:
    for name, query in (
        ("Canaries", "q=canary"),
        ("Days", "since=2012-12-12"),
        ("Otto", "contact=1999"),
    ):
        SavedView.objects.create(of="communications", name=name, query=query, owner=dana)

    privacy.erase(canary, by=dana)

    kept = SavedView.objects.order_by("name").values_list("name", flat=True)
    assert list(kept) == ["Canaries", "Days", "Otto"]


def test_communications_and_figures_count_as_before(canary: Contact, dana: User) -> None:
    counted = ("direction", "status", "segments", "author", "number", "sent_at", "created_at")
    stays = Message.objects.exclude(status=Status.QUEUED).filter(contact=canary).order_by("pk")
    before = list(stays.values_list("pk", *counted))
    assert len(before) >= 3

    privacy.erase(canary, by=dana)

    erased = Message.objects.filter(pk__in=[row[0] for row in before]).order_by("pk")
    assert list(erased.values_list("pk", *counted)) == before
    assert set(erased.values_list("text", "phone", "contact")) == {("", "Erased", None)}
    figures.rebuild()


def test_what_is_queued_for_them_never_leaves(canary: Contact, dana: User) -> None:
    rows = Message.objects.filter(status=Status.QUEUED, contact=canary)
    waiting = set(rows.values_list("pk", flat=True))
    assert waiting

    privacy.erase(canary, by=dana)
    Message.objects.update(send_after=timezone.now())
    outbox.drain()

    left = Message.objects.filter(pk__in=waiting)
    assert set(left.values_list("status", "attempt_no")) == {(Status.CANCELLED, 0)}


def test_who_opted_out_stays_blocked_and_nobody_can_read_who(
    canary: Contact, dana: User, number: Number
) -> None:
    assert consent.is_opted_out(PHONE)

    privacy.erase(canary, by=dana)

    assert not Recipient.objects.filter(phone=PHONE).exists()
    with pytest.raises(outbox.CannotSend, match="not to be texted"):
        outbox.enqueue(text="Hi", phone=PHONE, number=number, origin="api")
    assert consent.is_opted_out(PHONE)


@pytest.mark.parametrize("way", ["phone", "broadcast", "arrival", "claim"])
def test_the_block_comes_back_by_whatever_way_the_number_does(
    canary: Contact, dana: User, number: Number, way: str
) -> None:
    privacy.erase(canary, by=dana)

    if way == "phone":
        Phone.objects.create(contact=Contact.objects.create(first_name="C"), e164=PHONE)
    elif way == "broadcast":
        Broadcast.objects.create(name="x", text="Hi", pasted=PHONE, author=dana)
        broadcasts.work()
    elif way == "arrival":
        body = {"event": "text", "from": PHONE, "to": number.address, "text": "Hello", "id": "9"}
        Canary.post(body)
    else:
        draft = outbox.Draft("Hi", PHONE, number, None, dana.pk, timezone.now())
        (stored,) = outbox.enqueue_many([draft], Origin.BROADCAST)
        outbox.drain()
        assert Message.objects.get(pk=stored.pk).reason == "opted_out"

    assert consent.is_opted_out(PHONE)


def test_who_comes_back_by_themselves_is_erased_without_a_block(
    canary: Contact, dana: User, number: Number
) -> None:
    privacy.erase(canary, by=dana)
    again = Contact.objects.create(first_name="C")
    Phone.objects.create(contact=again, e164=PHONE)
    consent.opt_in(PHONE, user=dana, how="by phone", words="Yes, text me")

    privacy.erase(again, by=dana)

    assert not ErasedOptOut.objects.exists()
    outbox.enqueue(text="Hi", phone=PHONE, number=number, origin="api")


def test_a_changed_secret_is_refused_unless_the_old_one_is_named(
    canary: Contact, dana: User, settings: Any
) -> None:
    privacy.erase(canary, by=dana)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 10

    (problem,) = checks.check_erased_opt_outs(databases=["default"])
    settings.SECRET_KEY_FALLBACKS = [old]

    assert "1 erased numbers that opted out are recognised with the old one only" in problem.msg
    assert checks.check_erased_opt_outs(databases=["default"]) == []
    Recipient.objects.recall([PHONE])
    assert consent.is_opted_out(PHONE)


def test_a_number_that_is_somebody_elses_too_stays_theirs(canary: Contact, dana: User) -> None:
    consent.opt_out(SHARED, source="reply", words="STOP")

    privacy.erase(canary, by=dana)

    assert Phone.objects.get(e164=SHARED).contact.first_name == "Otto"
    assert consent.is_opted_out(SHARED)
    assert Recipient.objects.get(phone=SHARED).events.exists()
    kept = Broadcast.objects.get()
    assert "+447700900321" in kept.pasted, "and other people's rows stay"
    assert ImportRow.objects.get(line=4).cells[0] == "Otto"
    waiting = ImportPiece.objects.get()
    assert [cells[:1] for cells in waiting.cells] == [[], [], ["Otto"]]


def test_a_deal_stays_with_its_own_notes_but_without_the_texts(canary: Contact, dana: User) -> None:
    roof = Deal.objects.get()
    post_comment(on=roof, author=dana, body="Slate, not tiles")

    privacy.erase(canary, by=dana)

    notes = Comment.objects.on(roof)
    assert [row.body for row in notes if row.kind == "comment"] == ["Slate, not tiles"]
    assert [row.kind for row in notes] == ["comment", "change"]
    assert notes.get(kind="change").body == "set Contact to somebody who was erased"
    roof.refresh_from_db()
    assert roof.contact is None


def test_a_stop_that_nobody_has_read_yet_is_heeded_first(
    carol: Contact, dana: User, number: Number
) -> None:
    body = f'{{"event": "text", "from": "{PHONE}", "to": "{number.address}", "text": "STOP"}}'
    kind = {"content-type": "application/json"}
    Event.objects.create(gateway="simulator", method="POST", headers=kind, body=body.encode())

    privacy.erase(carol, by=dana)

    Recipient.objects.recall([PHONE])
    assert consent.is_opted_out(PHONE)
    assert not Event.objects.exists()


def test_while_a_text_is_leaving_nothing_is_erased(canary: Contact, danas_browser: Client) -> None:
    leaving = Message.objects.filter(status=Status.QUEUED, contact=canary).first()
    assert leaving
    Message.objects.filter(pk=leaving.pk).update(
        status=Status.SENDING,
        lease_until=timezone.now(),
        claim_token=uuid.uuid4(),
        attempt_no=1,
    )
    before = len(traces(*CANARIES))

    answer = danas_browser.post(f"/contacts/{canary.pk}/erase/")

    assert answer.status_code == 409
    assert "A text to them is leaving at this very moment" in answer.content.decode()
    assert len(traces(*CANARIES)) == before


def test_a_report_or_a_text_that_comes_again_makes_nothing_new(canary: Contact, dana: User) -> None:
    told = [(e.method, e.headers, bytes(e.body)) for e in Event.objects.order_by("pk")]
    privacy.erase(canary, by=dana)
    texts = Message.objects.count()

    for method, headers, body in told:
        again = Event.objects.create(gateway="simulator", method=method, headers=headers, body=body)
        inbox.replay(again)

    assert Message.objects.count() == texts


def test_an_api_caller_who_repeats_a_post_sends_nothing_again(canary: Contact, dana: User) -> None:
    privacy.erase(canary, by=dana)

    assert {answer.status for answer in Answer.objects.all()} == {201, 202}
    assert [answer.body for answer in Answer.objects.all()] == [{"erased": True}] * 2


def test_the_page_asks_first_and_names_what_a_person_should_look_at(
    canary: Contact, danas_browser: Client, dana: User
) -> None:
    oven = Deal.objects.create(title="Oven")
    post_comment(on=oven, author=dana, body="Canarya Finchley recommended us")

    page = danas_browser.get(f"/contacts/{canary.pk}/erase/").content.decode()

    assert "Erase everything" in page
    assert "New roof" in page
    assert "Bakery" in page
    assert "Canarya Finchley recommended us" in page
    assert Contact.objects.filter(pk=canary.pk).exists()


def test_only_admins_find_erasing_in_the_menu(
    carol: Contact, alices_browser: Client, danas_browser: Client
) -> None:
    pages = [b.get(f"/contacts/{carol.pk}/") for b in (alices_browser, danas_browser)]

    assert ["/erase/" in page.content.decode() for page in pages] == [False, True]
