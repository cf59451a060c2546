"""One text: what became of it, and what can be done about it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Comment, Contact, Deal, Phone
from messaging import arrivals, consent, outbox
from messaging.gateways.base import InboundText
from messaging.models import Attempt, Message, Number, Status
from tests.messaging.views.conftest import HTMX


def url(verb: str, message: Message) -> str:
    return reverse(f"messaging:message-{verb}", args=[message.pk])


def test_the_page_tells_what_happened_and_what_the_gateway_said(
    alices_browser: Client, failed: Message
) -> None:
    Attempt.objects.create(
        message=failed,
        attempt_no=1,
        claim_token=failed.reference,
        outcome="refused",
        reason="invalid_number",
        http_status=422,
        request='{"to": "+12125550123"}',
        response="<b>no such number</b>",
        elapsed_ms=120,
    )

    page = alices_browser.get(url("detail", failed)).content.decode()

    assert "The recipient&#x27;s number is not valid." in page
    assert "answered with HTTP 422 after 120 ms" in page
    assert "&lt;b&gt;no such number" in page
    assert "Send again" in page


def test_the_page_says_on_what_day_it_was_also_beside_a_price(
    alices_browser: Client, failed: Message
) -> None:
    then = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)
    Message.objects.update(created_at=then, price=Decimal("0.0750"))
    Attempt.objects.create(
        message=failed, attempt_no=1, claim_token=failed.reference, started_at=then
    )

    page = alices_browser.get(url("detail", failed)).content.decode()

    assert "21 Nov 2026, 10:15" in page
    assert "0.075<" in page
    assert re.search(r"on 21 Nov at <time [^>]*>10:15</time>", page)


def test_a_round_price_is_a_number_people_read(alices_browser: Client, failed: Message) -> None:
    Message.objects.update(price=Decimal("10.0000"))

    page = alices_browser.get(url("detail", failed)).content.decode()

    assert "<dt>Price</dt><dd>10</dd>" in page


def test_undo_takes_back_what_has_not_left(alices_browser: Client, sent: Message) -> None:
    response = alices_browser.post(url("cancel", sent))

    sent.refresh_from_db()
    assert sent.status == Status.CANCELLED
    assert response["Location"] == url("detail", sent)


def test_undo_puts_the_words_back_into_their_composer(
    alices_browser: Client, sent: Message, carol: Contact
) -> None:
    response = alices_browser.post(
        url("cancel", sent), {"page": f"contact-{carol.pk}"}, headers=HTMX
    )

    told = json.loads(response["HX-Trigger"])
    assert told == {"composer:restore": {"draft": f"text-{carol.pk}", "text": "See you at six"}}


def test_undo_of_a_comment_puts_it_back_with_its_prefix(
    alices_browser: Client, roof: Deal, number: Number, alice: object
) -> None:
    post_comment(on=roof, author=alice, body="sms: The roof is done")  # type: ignore[arg-type]
    message = Message.objects.get()

    response = alices_browser.post(
        url("cancel", message), {"page": f"deal-{roof.pk}"}, headers=HTMX
    )

    told = json.loads(response["HX-Trigger"])["composer:restore"]
    assert told == {"draft": f"deal-{roof.pk}", "text": "sms: The roof is done"}


def test_undo_that_comes_too_late_changes_nothing_and_says_so(
    alices_browser: Client, failed: Message
) -> None:
    response = alices_browser.post(url("cancel", failed), follow=True)

    failed.refresh_from_db()
    assert failed.status == Status.FAILED
    assert "Too late" in response.content.decode()


def test_send_again_is_a_new_text_with_a_link_to_the_old_one(
    alices_browser: Client, failed: Message, carol: Contact
) -> None:
    alices_browser.post(url("again", failed))

    new = Message.objects.get(retry_of=failed)
    assert (new.status, new.text, new.author) == (Status.QUEUED, failed.text, failed.author)
    assert [entry.track.message for entry in Comment.objects.on(carol)] == [new, failed]
    assert url("detail", new) in alices_browser.get(url("detail", failed)).content.decode()


def test_send_again_stands_on_the_deal_where_it_was_typed(
    alices_browser: Client, roof: Deal, carol: Contact, number: Number, alice: object
) -> None:
    post_comment(on=roof, author=alice, body="sms: The roof is done")  # type: ignore[arg-type]
    message = Message.objects.get()
    outbox.cancel(message)

    alices_browser.post(url("again", message))

    assert Comment.objects.on(roof).count() == 2
    assert Comment.objects.on(carol).count() == 2
    new = message.retries.get()
    assert new.tracks.get(is_original=True).comment.record == roof


def test_send_again_to_who_opted_out_is_refused_in_words(
    alices_browser: Client, failed: Message
) -> None:
    consent.opt_out(failed.phone, source="reply", words="STOP")

    response = alices_browser.post(url("again", failed), follow=True)

    assert "not to be texted" in response.content.decode()
    assert Message.objects.count() == 1


def test_send_again_twice_sends_once(alices_browser: Client, failed: Message) -> None:
    alices_browser.post(url("again", failed))
    response = alices_browser.post(url("again", failed), headers=HTMX)

    assert Message.objects.filter(retry_of=failed).count() == 1
    assert "sent again already" in response.content.decode()


@pytest.mark.parametrize(("verb", "status"), [("arrived", Status.SENT), ("lost", Status.QUEUED)])
def test_a_person_decides_about_what_nobody_knows(
    alices_browser: Client, unconfirmed: Message, verb: str, status: str
) -> None:
    alices_browser.post(url(verb, unconfirmed))

    unconfirmed.refresh_from_db()
    assert unconfirmed.status == status


def test_a_forged_referer_leads_nowhere_else(
    alices_browser: Client, sent: Message, settings: LazySettings
) -> None:
    response = alices_browser.post(
        url("cancel", sent), headers={"Referer": "https://evil.example/"}
    )

    assert response["Location"] == url("detail", sent)


@pytest.fixture
def shared(carol: Contact, number: Number) -> tuple[Message, Contact]:
    """A text from Carol's phone, which is Ines's as well."""
    ines = Contact.objects.create(first_name="Ines")
    phone = carol.phones.get().e164
    Phone.objects.create(contact=ines, e164=phone, is_primary=True)
    return arrives(phone, number), ines


def arrives(phone: str, number: Number) -> Message:
    news = InboundText(phone, number.address, "It is me", external_id=uuid4().hex)
    message = arrivals.arrive(news, number.gateway, timezone.now())
    assert message
    return message


def test_a_text_from_a_shared_phone_says_who_else_it_may_be(
    alices_browser: Client, shared: tuple[Message, Contact], carol: Contact
) -> None:
    message, ines = shared

    for page in (carol.get_absolute_url(), url("detail", message)):
        html = alices_browser.get(page).content.decode()
        assert f'Also on <a href="{ines.get_absolute_url()}">Ines</a>' in html
        assert "Move to Ines" in html


def test_it_is_moved_in_one_click_and_the_next_text_follows(
    alices_browser: Client, shared: tuple[Message, Contact], number: Number
) -> None:
    message, ines = shared

    response = alices_browser.post(url("move", message), {"contact": ines.pk}, follow=True)

    message.refresh_from_db()
    assert message.contact == ines
    assert "One text is Ines’s now" in response.content.decode()
    assert arrives(message.phone, number).contact == ines
    assert "It is me" in alices_browser.get(ines.get_absolute_url()).content.decode()


def test_the_button_on_the_timeline_appears_as_soon_as_the_phone_is_shared_and_works(
    alice: User, carol: Contact, number: Number
) -> None:
    message = arrives(carol.phones.get().e164, number)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    browser.get(carol.get_absolute_url())  # drawn, and perhaps kept, while it was hers alone
    ines = Contact.objects.create(first_name="Ines")
    Phone.objects.create(contact=ines, e164=message.phone, is_primary=True)

    html = browser.get(carol.get_absolute_url()).content.decode()
    form = html.partition(f'action="{url("move", message)}"')[2].partition("</form>")[0]
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    browser.post(url("move", message), {"contact": ines.pk, "csrfmiddlewaretoken": token[1]})

    message.refresh_from_db()
    assert message.contact == ines


@pytest.mark.parametrize("chosen", ["", "nobody", "9" * 30, "987654"])
def test_it_is_moved_to_nobody_who_is_not_there(
    alices_browser: Client, shared: tuple[Message, Contact], carol: Contact, chosen: str
) -> None:
    message, _ = shared

    assert alices_browser.post(url("move", message), {"contact": chosen}).status_code == 404

    message.refresh_from_db()
    assert message.contact == carol


def test_a_phone_of_one_person_only_says_nothing(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    message = arrives(carol.phones.get().e164, number)

    assert "Also on" not in alices_browser.get(url("detail", message)).content.decode()
    assert "Also on" not in alices_browser.get(carol.get_absolute_url()).content.decode()


def called(browser: Client, message: Message, headers: dict[str, str] | None = None) -> Any:
    url = reverse("messaging:message-called", args=[message.pk])
    data = {"page": f"contact-{message.contact_id}", "texts": "0", "entries": "0"}
    return browser.post(url, data, headers=headers or {})


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_called_instead_says_so_once_and_the_offers_go(
    alices_browser: Client, carol: Contact, failed: Message, headers: dict[str, str]
) -> None:
    before = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert "Mark as called" in before

    called(alices_browser, failed, headers)
    called(alices_browser, failed, headers)

    after = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert Comment.objects.on(carol).filter(body="Called instead.").count() == 1
    assert "Called instead." in after.partition('id="messages"')[2]
    assert "Mark as called" not in after
    assert "Send again" not in after


def test_the_note_stands_where_the_text_was_typed(
    alices_browser: Client, roof: Deal, number: Number, alice: User
) -> None:
    post_comment(on=roof, author=alice, body="sms: The tiles are here")
    message = Message.objects.get()
    Message.objects.update(status=Status.UNDELIVERED, settled_at=timezone.now())

    called(alices_browser, message)

    assert Comment.objects.on(roof).filter(body="Called instead.").exists()


def test_what_did_not_fail_was_not_called_instead(alices_browser: Client, sent: Message) -> None:
    called(alices_browser, sent)

    sent.refresh_from_db()
    assert sent.called_at is None
    assert not Comment.objects.filter(body="Called instead.").exists()
