"""
How many questions each list and each page asks the database: no more with many rows than with
few, and no more than is written here.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Company, Contact, Deal, Notification, Phone, Tag
from messaging import figures
from messaging.models import (
    Attempt,
    ConsentEvent,
    DailyUse,
    Event,
    Message,
    Number,
    Recipient,
    Status,
    Template,
    Token,
    Trigger,
)

FEW, MANY = 2, 9


class Team:
    """Alice, who runs the installation, and a past that grows by one of everything at a time."""

    def __init__(self, alice: User, number: Number) -> None:
        self.alice, self.number, self.made = alice, number, 0
        self.tag = Tag.objects.create(name="Priority")

    def grow(self, to: int) -> None:
        while self.made < to:
            self.one(self.made)
            self.made += 1
        figures.rebuild()

    def one(self, n: int) -> None:
        colleague = User.objects.create(username=f"colleague{n}", first_name=f"C{n}")
        company = Company.objects.create(name=f"Finch {n}", owner=colleague)
        contact = Contact.objects.create(first_name=f"Carol {n}", company=company, owner=colleague)
        for kind, prefix in (("mobile", "+1212555"), ("work", "+1213555")):
            Phone.objects.create(contact=contact, e164=f"{prefix}{n:04}", kind=kind)
        contact.tags.add(self.tag, Tag.objects.create(name=f"Tag {n}"))
        company.main_contact = contact
        company.save()
        deal = Deal.objects.create(title=f"Roof {n}", contact=contact, company=company)
        self.speak(contact, company, deal, n)
        self.settle(colleague, n)

    def speak(self, contact: Contact, company: Company, deal: Deal, n: int) -> None:
        first = Contact.objects.order_by("pk")[0]
        for record in (contact, company, deal, first):
            post_comment(on=record, author=self.alice, body=f"sms: Text {n}")
            note = post_comment(on=record, author=self.alice, body=f"Note {n}")
            Notification.objects.get_or_create(user=self.alice, comment=note)
        newest = Message.objects.latest("pk")
        for k, status in enumerate((Status.UNCONFIRMED, Status.FAILED)):
            Message.objects.filter(pk=newest.pk - k).update(status=status, reason="absent")
        Attempt.objects.create(
            message=Message.objects.earliest("pk"), attempt_no=n + 1, claim_token=newest.reference
        )

    def settle(self, colleague: User, n: int) -> None:
        own = Number.objects.create(address=f"+1212777{n:04}", label=f"L{n}", gateway="simulator")
        DailyUse.objects.create(number=own, day=timezone.localdate(), used=n)
        Trigger.objects.create(prefix=f"word{n}:", number=own)
        Template.objects.create(name=f"hello{n}", text="Hello", owner=colleague)
        Token.objects.create(user=self.alice, name=f"Token {n}", digest=f"{n}", scopes=["read"])
        Event.objects.create(gateway="seven", method="POST", url="/", body=b"{}")
        for end, review in ((f"1{n:03}", False), (f"2{n:03}", True)):
            phone = f"+1214555{end}"
            when = timezone.now() - timedelta(minutes=n)
            row = Recipient.objects.create(phone=phone, opted_out_at=when, needs_review=review)
            ConsentEvent.objects.create(
                recipient=row,
                kind=ConsentEvent.Kind.OPTED_OUT,
                source=ConsentEvent.Source.PERSON,
                user=colleague,
            )


@pytest.fixture
def team(alice: User, number: Number) -> Team:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return Team(alice, number)


PAGES = {
    "/contacts/": 9,
    "/contacts/?q=carol": 12,
    "/contacts/?sort=-texted": 9,
    "/companies/": 6,
    "/deals/": 6,
    "/inbox/": 7,
    "/inbox/?show=all": 7,
    "/communications/": 6,
    "/dashboard/": 12,
    "/numbers/": 6,
    "/triggers/": 6,
    "/templates/": 6,
    "/notifications/": 8,  # three kinds of records
    "/settings/tokens/": 5,
    "/settings/attention/": 9,
    "/settings/opt-outs/": 6,
    "/settings/events/": 6,
    "/settings/gateways/": 8,
    "/settings/hours/": 6,
    "/find/?q=carol": 9,
    "{contact}": 15,  # twelve, and three because some texts were typed on deals and companies
    "{company}": 16,
    "{deal}": 16,
    "{message}": 10,
    "{event}": 6,
    "/settings/opt-outs/+12145551000/": 8,
}


@pytest.mark.parametrize(("address", "most"), PAGES.items(), ids=list(PAGES))
def test_a_page_asks_as_often_with_many_rows_as_with_few(
    address: str, most: int, team: Team, alices_browser: Client
) -> None:
    team.grow(FEW)
    address = place(address)
    questions(alices_browser, address)
    few = questions(alices_browser, address)

    team.grow(MANY)
    many = questions(alices_browser, address)

    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= most, "\n".join(many)


def place(address: str) -> str:
    first = {
        "{contact}": Contact.objects,
        "{company}": Company.objects,
        "{deal}": Deal.objects,
    }
    if address in first:
        return first[address].earliest("pk").get_absolute_url()
    if address == "{message}":
        return f"/communications/{Message.objects.earliest('pk').pk}/"
    return address.replace("{event}", f"/settings/events/{Event.objects.earliest('pk').pk}/")


def questions(browser: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return [query["sql"][:160] for query in asked]
