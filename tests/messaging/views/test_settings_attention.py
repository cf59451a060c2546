"""What waits for a person, and what they decide; opt-outs and their ledger; the event log."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from messaging import consent, optouts
from messaging.hooks import keeping
from messaging.models import ConsentEvent, Event, Hook, Message, Recipient, Recurrence, Status

ATTENTION, OPT_OUTS = reverse("settings:attention"), reverse("settings:optout-list")
EVENTS = reverse("settings:event-list")
CAROL = "+12125550123"


@pytest.fixture
def maybe(carol: Contact) -> Recipient:
    """Carol wrote something that sounds like STOP."""
    words = "please stop"
    consent.opt_out(CAROL, source=ConsentEvent.Source.REPLY, words=words, needs_review=True)
    return Recipient.objects.get()


def test_the_count_in_the_navigation_is_of_what_only_people_settle(
    alices_browser: Client, unconfirmed: Message, maybe: Recipient
) -> None:
    page = alices_browser.get("/contacts/").content.decode()
    Message.objects.update(status=Status.DELIVERED)
    Recipient.objects.update(needs_review=False)
    later = alices_browser.get("/contacts/").content.decode()

    assert '<span class="count count--warn">2</span>' in page
    assert "count--warn" not in later


def test_a_recurring_text_that_did_not_leave_is_told_until_one_does(
    alices_browser: Client, alice: User, carol: Contact
) -> None:
    row = Recurrence.objects.create(
        contact=carol,
        text="Rent is due",
        every="month",
        day=1,
        clock=time(9),
        next_at=timezone.now() + timedelta(days=9),
        problem="They opted out.",
        author=alice,
    )

    page = alices_browser.get(ATTENTION).content.decode()
    Recurrence.objects.update(paused_at=timezone.now())
    paused = alices_browser.get(ATTENTION).content.decode()

    assert '<span class="count count--warn">1</span>' in page
    assert f'<a href="{row.get_absolute_url()}"><b>{row}</b></a>' in page
    assert "They opted out." in page
    assert "Nothing needs you" in paused


def test_nothing_to_do_is_good_news(alices_browser: Client) -> None:
    assert "Nothing needs you" in alices_browser.get(ATTENTION).content.decode()


def test_older_texts_of_unknown_fate_stand_first(
    alices_browser: Client, unconfirmed: Message
) -> None:
    young = Message.objects.get()
    young.pk, young.reference, young.text = None, "9" * 32, "The younger one"  # type: ignore[assignment]
    young.updated_at = timezone.now() + timedelta(hours=1)
    young.save()

    page = alices_browser.get(ATTENTION).content.decode()

    assert page.index("See you at six") < page.index("The younger one")


def test_a_person_says_that_it_arrived(
    alices_browser: Client, alice: User, unconfirmed: Message
) -> None:
    alices_browser.post(reverse("messaging:message-arrived", args=[unconfirmed.pk]))

    unconfirmed.refresh_from_db()
    assert unconfirmed.status == Status.SENT
    assert LogEntry.objects.get().user == alice


def test_sending_again_asks_and_warns_first(alices_browser: Client, unconfirmed: Message) -> None:
    url = reverse("settings:attention-send", args=[unconfirmed.pk])

    asked = alices_browser.get(url).content.decode()
    unconfirmed.refresh_from_db()
    before = unconfirmed.status
    alices_browser.post(url)

    unconfirmed.refresh_from_db()
    assert "they get it twice" in asked
    assert before == Status.UNCONFIRMED
    assert unconfirmed.status == Status.QUEUED
    assert "fate was unknown" in LogEntry.objects.get().change_message


def test_what_was_settled_meanwhile_is_not_sent_again(
    alices_browser: Client, sent: Message
) -> None:
    Message.objects.update(status=Status.DELIVERED, sent_at=timezone.now())
    url = reverse("settings:attention-send", args=[sent.pk])

    asked = alices_browser.get(url)
    told = alices_browser.post(url, follow=True).content.decode()

    assert asked.status_code == 302
    assert "It was settled meanwhile." in told
    assert Message.objects.get().status == Status.DELIVERED


@pytest.mark.parametrize(("lift", "opted_out"), [("", True), ("1", False)])
def test_a_person_decides_what_words_meant(
    alices_browser: Client, alice: User, maybe: Recipient, lift: str, opted_out: bool
) -> None:
    shown = alices_browser.get(ATTENTION).content.decode()
    url = reverse("settings:optout-review", args=[CAROL])
    alices_browser.post(url, {"lift": lift})
    again = alices_browser.post(url, {"lift": lift}, follow=True).content.decode()

    maybe.refresh_from_db()
    assert "please stop" in shown
    assert (maybe.needs_review, bool(maybe.opted_out_at)) == (False, opted_out)
    assert ConsentEvent.objects.filter(user=alice).count() == 1
    assert "Somebody decided that meanwhile." in again


def test_opt_outs_are_found_by_some_of_their_digits(alices_browser: Client, carol: Contact) -> None:
    for phone in (CAROL, "+447700900417"):
        consent.opt_out(phone, source=ConsentEvent.Source.REPLY, words="STOP")

    everybody = alices_browser.get(OPT_OUTS).content.decode()
    one = alices_browser.get(OPT_OUTS, {"q": "0900 417"}).content.decode()
    none = alices_browser.get(OPT_OUTS, {"q": "no digits"}).content.decode()

    assert "Carol Finch" in everybody
    assert "+44 7700 900417" in one
    assert "Carol Finch" not in one
    assert "Nothing found" in none


def test_opt_outs_are_paged_and_each_stands_there_once(alice: User) -> None:
    at = timezone.now()
    Recipient.objects.bulk_create(
        Recipient(phone=f"+1212555{i:04}", opted_out_at=at - timedelta(minutes=i // 3))
        for i in range(optouts.SIZE * 2 + 5)
    )

    seen: list[str] = []
    page = optouts.found("", alice)
    seen += [row.phone for row in page.items]
    while page.next:
        page = optouts.found("", alice, page.next)
        seen += [row.phone for row in page.items]

    assert len(seen) == len(set(seen)) == optouts.SIZE * 2 + 5


@pytest.mark.parametrize(
    "cursor", ["x", "_", "2026-11-22_+1", "2026-13-45T00:00:00+00:00_+1", "\x00"]
)
def test_a_broken_cursor_is_the_beginning(
    alices_browser: Client, maybe: Recipient, cursor: str
) -> None:
    page = alices_browser.get(OPT_OUTS, {"cursor": cursor}).content.decode()

    assert "Carol Finch" in page


def test_an_opt_out_is_added_by_hand_and_drops_what_is_queued(
    alices_browser: Client, alice: User, sent: Message
) -> None:
    typed = {"phone": "(212) 555-0123", "how": "by phone", "words": "no more, please"}

    alices_browser.post(reverse("settings:optout-create"), typed)

    sent.refresh_from_db()
    event = ConsentEvent.objects.get()
    assert (event.user, event.how, event.words) == (alice, "by phone", "no more, please")
    assert (sent.status, sent.reason) == (Status.FAILED, "opted_out")


def test_what_is_no_number_cannot_opt_out(alices_browser: Client) -> None:
    answer = alices_browser.post(reverse("settings:optout-create"), {"phone": "12"})

    assert answer.status_code == 422
    assert not Recipient.objects.exists()


def test_an_opt_in_needs_who_how_and_their_words(alices_browser: Client, alice: User) -> None:
    consent.opt_out(CAROL, source=ConsentEvent.Source.REPLY, words="STOP")
    url = reverse("settings:optout-detail", args=[CAROL])

    without = alices_browser.post(url, {"how": "by phone", "words": ""})
    alices_browser.post(url, {"how": "by phone", "words": "yes, text me again"})

    page = alices_browser.get(url).content.decode()
    assert without.status_code == 422
    assert Recipient.objects.get().opted_out_at is None
    assert "yes, text me again" in page
    assert "by phone" in page
    assert ConsentEvent.objects.filter(kind="opted_in").get().user == alice


def test_an_opt_in_from_before_the_opt_out_is_refused_in_words(alices_browser: Client) -> None:
    consent.opt_out(CAROL, source=ConsentEvent.Source.REPLY, words="STOP")
    url = reverse("settings:optout-detail", args=[CAROL])

    typed = {"how": "on paper", "words": "I agree", "said_at": "2020-01-01T09:00"}
    answer = alices_browser.post(url, typed)

    assert answer.status_code == 422
    assert "asked after that" in answer.content.decode()
    assert Recipient.objects.get().opted_out_at


def test_the_ledger_escapes_what_strangers_wrote(alices_browser: Client) -> None:
    words = "<script>alert(1)</script>"
    consent.opt_out(CAROL, source=ConsentEvent.Source.REPLY, words=words, needs_review=True)

    for url in (ATTENTION, reverse("settings:optout-detail", args=[CAROL])):
        page = alices_browser.get(url).content.decode()
        assert words not in page
        assert "&lt;script&gt;" in page


def event(**more: Any) -> Event:
    given: dict[str, Any] = {"gateway": "seven", "method": "POST", "url": "/webhooks/seven/…/"}
    return Event.objects.create(**(given | {"body": b"{}"} | more))


def test_events_are_narrowed_down_by_gateway_and_state(danas_browser: Client) -> None:
    event(problem="the parked one", state="parked")
    event(problem="the other gateway", gateway="d7")

    parked = danas_browser.get(EVENTS, {"state": "parked"}).content.decode()
    sevens = danas_browser.get(EVENTS, {"gateway": "seven", "state": "nonsense"}).content.decode()
    d7s = danas_browser.get(EVENTS, {"gateway": "d7"}).content.decode()

    assert "the parked one" in parked
    assert "the other gateway" not in parked
    assert "the parked one" in sevens
    assert "the other gateway" in d7s


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (
            b'{"sms":{"text":"<b>hi</b>"}}',
            "application/json",
            "&quot;text&quot;: &quot;&lt;b&gt;hi",
        ),
        (b"from=%2B1212&text=a+b&empty=", "application/x-www-form-urlencoded", "text: a b"),
        (b"\xff\x00 not text", "", "not text"),
        (b"[" * 60_000, "application/json", "[[["),
    ],
)
def test_an_event_is_readable_whatever_came(
    danas_browser: Client, body: bytes, kind: str, shown: str
) -> None:
    row = event(body=body, headers={"content-type": kind})

    page = danas_browser.get(reverse("settings:event-detail", args=[row.pk]))

    assert page.status_code == 200
    assert shown in page.content.decode()


def test_events_that_need_somebody_are_counted_for_who_runs_this(
    alices_browser: Client, danas_browser: Client
) -> None:
    event(state="quarantined")
    event(state="quarantined", received_at=timezone.now() - timedelta(days=8))
    event(state="applied")

    alices = alices_browser.get(ATTENTION).content.decode()
    danas = danas_browser.get(ATTENTION).content.decode()

    assert "Quarantined" not in alices
    assert 'Quarantined <span class="num">1</span>' in danas


def test_an_event_is_applied_again_by_hand(danas_browser: Client) -> None:
    row = event(gateway="simulator", state="stored")

    told = danas_browser.post(reverse("settings:event-replay", args=[row.pk]), follow=True)

    row.refresh_from_db()
    assert (row.state, row.tries) == (Event.State.APPLIED, 1)
    assert "Applied again: applied." in told.content.decode()


def test_one_that_keeps_failing_needs_attention_of_who_runs_this(
    danas_browser: Client,
    alice: User,
) -> None:
    Hook.objects.create(url="https://hook.example/in", on_status=True)
    managers = Client()
    managers.force_login(alice)

    def shown(browser: Client) -> tuple[bool, bool]:
        words = browser.get(ATTENTION).content.decode()
        return "Webhooks that keep failing" in words, "count--warn" in words

    Hook.objects.update(failures=4)
    few = shown(danas_browser)
    Hook.objects.update(failures=5)
    many, theirs = shown(danas_browser), shown(managers)
    Hook.objects.update(failures=1, active=False)
    gone = shown(danas_browser)
    keeping.switch(Hook.objects.get(), on=False)

    assert (few, many, theirs) == ((False, False), (True, True), (False, False))
    assert gone == (True, True), "paused because the address is gone"
    assert shown(danas_browser) == (False, False), "paused by a person"
