"""What a contact's page says of the consent of each phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from messaging import consent, standing
from messaging.models import ConsentEvent

MOBILE, WORK = "+447700900123", "+447700900124"
Source = ConsentEvent.Source


@pytest.fixture
def carol(carol: Contact) -> Contact:
    carol.phones.all().delete()
    for e164 in (MOBILE, WORK):
        carol.phones.create(e164=e164, display=e164, is_primary=e164 == MOBILE)
    return carol


def said(contact: Contact) -> dict[str, str]:
    return {phone: "out" if one.is_out else "in" for phone, one in standing.of(contact).items()}


def test_of_most_phones_nothing_is_known(carol: Contact) -> None:
    assert said(carol) == {}


def test_each_phone_by_itself(carol: Contact, alice: User) -> None:
    when = timezone.now() - timedelta(days=3)
    consent.opt_in(MOBILE, user=alice, how="by phone", words="Yes, do", said_at=when)
    consent.opt_out(WORK, source=Source.REPLY, words="STOP")

    assert said(carol) == {MOBILE: "in", WORK: "out"}
    assert standing.of(carol)[MOBILE].at == when


def test_the_last_word_counts(carol: Contact, alice: User) -> None:
    consent.opt_in(MOBILE, user=alice, how="by phone", words="Yes, do")
    consent.opt_out(MOBILE, source=Source.REPLY, words="STOP")
    assert said(carol) == {MOBILE: "out"}

    consent.opt_in(MOBILE, user=alice, how="by phone", words="Yes, again")
    assert said(carol) == {MOBILE: "in"}


def test_neither_a_gateway_nor_an_import_taken_back_is_consent(carol: Contact) -> None:
    consent.note_gateway_opt_in(MOBILE)
    consent.note_import({WORK: "Row 2: yes"}, kind="opted_in", user=None)
    assert said(carol) == {WORK: "in"}

    consent.note_import({WORK: "Row 2, undone"}, kind="retracted", user=None)
    assert said(carol) == {}


def test_the_page_tells_it_beside_the_phone(
    alices_browser: Client, carol: Contact, alice: User
) -> None:
    page = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert "Opted in" not in page

    consent.opt_in(MOBILE, user=alice, how="by phone", words="Yes, do")
    consent.opt_out(WORK, source=Source.REPLY, words="STOP")

    page = alices_browser.get(carol.get_absolute_url()).content.decode()
    assert page.index(MOBILE) < page.index("Opted in") < page.index(WORK) < page.index("Opted out")
