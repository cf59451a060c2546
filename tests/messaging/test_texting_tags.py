"""What other pages show of texting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from contacts import timeline
from contacts.comments import post_comment
from contacts.models import Contact, Deal, Phone
from messaging import commentbox, consent, texting, tracks
from messaging.models import Direction, Message, Number, Origin, Status, Trigger
from messaging.templatetags.texting import unread, whom


@pytest.fixture
def draw(alice: User) -> Any:
    """Draws a template for Alice."""

    def make(source: str, query: str = "", **context: Any) -> str:
        request = RequestFactory().get(f"/?{query}")
        request.user = alice
        return Template("{% load texting %}" + source).render(
            Context({"request": request, "user": alice, **context})
        )

    return make


@pytest.fixture
def send(carol: Contact, number: Number, alice: User) -> Any:
    """Sends Carol a text, which then has this status."""

    def make(text: str, status: str = Status.QUEUED, **fields: Any) -> Message:
        message = texting.send(
            text=text,
            phone="+12125550123",
            number=number,
            origin=Origin.FORM,
            author=alice,
            contact=carol,
        )
        if status == Status.SENT:
            fields["sent_at"] = timezone.now()
        Message.objects.filter(pk=message.pk).update(status=status, **fields)
        message.refresh_from_db()
        return message

    return make


def reply(text: str, to: Message, **fields: Any) -> Message:
    message = Message.objects.create(
        direction=Direction.INBOUND,
        status=Status.RECEIVED,
        origin=Origin.GATEWAY,
        number=to.number,
        gateway=to.gateway,
        contact=to.contact,
        phone=to.phone,
        text=text,
        encoding="GSM-7",
        segments=1,
        **fields,
    )
    tracks.add(message)
    tracks.converse(message)
    return message


def test_a_conversation_costs_the_same_however_long_it_is(
    draw: Any, send: Any, carol: Contact, django_assert_num_queries: Any
) -> None:
    for i in range(12):
        send(f"Text {i}", Status.DELIVERED)

    # conversation, texts, our numbers, phones, who opted out, phone_to_text, who types, the team
    with django_assert_num_queries(8):
        draw("{% conversation carol %}", carol=carol)


def test_bubbles_tell_their_fate_in_words(draw: Any, send: Any, carol: Contact) -> None:
    send("Delivered one", Status.DELIVERED)
    send("Failed one", Status.FAILED, reason="invalid_number")
    send("Unknown one", Status.UNCONFIRMED, reason="timeout")

    html = draw("{% conversation carol %}", carol=carol)

    assert '<span class="visually-hidden">Delivered</span>' in html
    assert "The recipient&#x27;s number is not valid." in html
    assert "Nobody knows yet whether this was sent." in html
    assert html.count("Send again") == 1


def test_words_from_outside_are_shown_as_words(draw: Any, send: Any, carol: Contact) -> None:
    reply("<script>alert(1)</script>", send("Hello"))

    html = draw("{% conversation carol %}", carol=carol)

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_text_that_can_be_taken_back_counts_down(
    draw: Any, send: Any, carol: Contact, settings: LazySettings
) -> None:
    settings.UNDO_SECONDS = 5
    send("Oops")

    html = draw("{% conversation carol %}", carol=carol)

    assert "Sending in 5 s" in html
    assert "Undo" in html


def test_a_text_for_tomorrow_says_when(draw: Any, send: Any, carol: Contact) -> None:
    send("Good morning", send_after=timezone.now() + timedelta(days=1))

    assert "Going out " in draw("{% conversation carol %}", carol=carol)


def test_one_run_shows_its_meta_line_once(draw: Any, send: Any, carol: Contact) -> None:
    send("One", Status.DELIVERED)
    send("Two", Status.DELIVERED)

    html = draw("{% conversation carol %}", carol=carol)

    assert html.count('class="bubble-meta"') == 1
    assert html.count("msg--cont") == 1


def test_unread_texts_begin_below_a_rule(draw: Any, send: Any, carol: Contact) -> None:
    first = send("Hello", Status.DELIVERED)
    reply("One", first)
    reply("Two", first)

    html = draw("{% conversation carol %}", carol=carol)

    before, _, after = html.partition("2 new")
    assert "Hello" in before
    assert "One" in after
    assert "Two" in after
    assert unread(carol) == 2


def test_the_composer_of_who_opted_out_is_off_and_says_since_when(
    draw: Any, carol: Contact, number: Number
) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    html = draw("{% conversation carol %}", carol=carol)

    assert "not to be texted" in html
    assert "disabled" in html


def test_pickers_appear_where_there_is_a_choice(draw: Any, carol: Contact, number: Number) -> None:
    alone = draw("{% conversation carol %}", carol=carol)
    Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")
    Phone.objects.create(contact=carol, e164="+12125550124", kind="work")
    choice = draw("{% conversation carol %}", carol=Contact.objects.get())

    assert "<select" not in alone
    assert choice.count("<select") == 2


def test_a_text_typed_on_a_deal_says_so_on_the_contact(
    draw: Any, roof: Deal, carol: Contact, number: Number, alice: User
) -> None:
    post_comment(on=roof, author=alice, body="sms: The roof is done")
    source = (
        "{% live_entries entries record %}"
        '{% for entry in entries %}{% include "messaging/_track.html" %}{% endfor %}'
    )

    on_carol = draw(source, entries=timeline.entries(carol).items, record=carol)
    on_roof = draw(source, entries=timeline.entries(roof).items, record=roof)

    assert "New roof" in on_carol
    assert "New roof" not in on_roof
    assert "texted Carol" in on_roof


def test_a_timeline_asks_the_same_however_many_tracks_it_has(
    draw: Any,
    roof: Deal,
    carol: Contact,
    number: Number,
    alice: User,
    django_assert_num_queries: Any,
) -> None:
    for i in range(5):
        post_comment(on=roof, author=alice, body=f"sms: Text {i}")
    entries = timeline.entries(carol).items
    source = (
        "{% live_entries entries record %}"
        '{% for entry in entries %}{% include "messaging/_track.html" %}{% endfor %}'
    )

    with django_assert_num_queries(3):  # where they were typed: tracks, the deals; teams
        draw(source, entries=entries, record=carol)


def test_the_comment_box_knows_whom_it_would_text(
    roof: Deal, carol: Contact, number: Number
) -> None:
    told = commentbox.told(roof)

    assert [(row["prefix"], row["channel"], row["from"], row["refusal"]) for row in told] == [
        ("call:", "call", "Office", ""),
        ("sms:", "sms", "Office", ""),
        ("viber:", "viber", "Office", ""),
        ("whatsapp:", "whatsapp", "Office", ""),
    ]
    assert told[0]["to"] == "Carol"
    assert told[0]["phone"].startswith("+1 212")
    assert whom(roof) == "Carol"


def test_the_comment_box_knows_why_nobody_can_be_texted(
    roof: Deal, carol: Contact, number: Number
) -> None:
    carol.phones.all().delete()
    ways = ("call", "text", "text by Viber", "text by WhatsApp")
    without_phone = [row["refusal"] for row in commentbox.told(roof)]
    roof.contact = None
    without_contact = [row["refusal"] for row in commentbox.told(roof)]

    assert without_phone == [f"Carol has no phone number to {do}." for do in ways]
    nobody = "New roof leads to no contact, so there is nobody to"
    assert without_contact == [f"{nobody} {do}." for do in ways]


def test_a_trigger_of_a_number_that_is_switched_off_says_so(carol: Contact, number: Number) -> None:
    sales = Number.objects.create(
        address="+12125550199", label="Sales", gateway="simulator", active=False
    )
    Trigger.objects.create(prefix="sales:", number=sales)

    refusals = {row["prefix"]: row["refusal"] for row in commentbox.told(carol)}

    assert refusals["sms:"] == ""
    assert "Sales" in refusals["sales:"]
    assert refusals["sales:"].endswith("is switched off.")
