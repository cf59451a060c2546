"""Carol's traces, in every table that keeps any, and a search through the whole database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from contacts import changes, custom, merging
from contacts.comments import post_comment
from contacts.importing import storing
from contacts.models import (
    Company,
    Contact,
    ContactImport,
    CustomField,
    Deal,
    ImportRow,
    Phone,
    SavedView,
)
from messaging import broadcasts, outbox, tokens
from messaging.models import (
    Attempt,
    Broadcast,
    CallerNote,
    Delivery,
    Hook,
    Message,
    Number,
    Origin,
    Recurrence,
    Status,
)

PHONE, SHARED = "+12125550123", "+12125550177"
#: Nobody else has these words: wherever they stand, it is about Carol.
CANARIES = ("Canarya", "Finchley", "canary@mail.example", "5550123", "chirp", "Canary Wharf")


def traces(*words: str) -> list[str]:
    """Each table and row of the database that holds one of these words, whatever its type."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                told = " ".join(map(_as_text, row)).casefold()
                found += [f"{table}: {word} in {row}" for word in words if word.casefold() in told]
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


@pytest.fixture
def canary(number: Number, dana: User) -> Contact:
    """Carol, of whom there is a trace wherever the software leaves any."""
    return Canary(number, dana).make()


class Canary:
    """Steps of making her, each by the door that people and gateways use."""

    def __init__(self, number: Number, dana: User) -> None:
        self.number, self.dana = number, dana
        self.browser = Client()
        self.browser.force_login(dana)

    def make(self) -> Contact:
        Hook.objects.create(url="https://hooks.example/", on_received=True, on_contact=True)
        self.contact()
        self.more()
        self.merged()
        self.records()
        self.answers()
        self.texts()
        self.broadcast()
        self.imported()
        self.administered()
        self.views()
        self.told()
        return self.carol

    def contact(self) -> None:
        self.carol = Contact.objects.create(
            first_name="Canarya",
            last_name="Finchley",
            email="canary@mail.example",
            job_title="Chirping officer",
            notes="Lives at Canary Wharf",
            owner=self.dana,
        )
        Phone.objects.create(contact=self.carol, e164=PHONE, is_primary=True)
        Phone.objects.create(contact=self.carol, e164=SHARED, label="chirp line")
        office = Contact.objects.create(first_name="Otto")
        Phone.objects.create(contact=office, e164=SHARED, is_primary=True)
        post_comment(on=self.carol, author=self.dana, body="Likes to chirp. @dana")

    def more(self) -> None:
        kind = ContentType.objects.get_for_model(Contact)
        field = CustomField.objects.create(content_type=kind, key="song", label="Song")
        custom.keep(self.carol, {field: "Chirp in C"})
        Recurrence.objects.create(
            contact=self.carol,
            text="A chirp each Monday",
            every="week",
            day=0,
            clock="09:00",
            next_at=timezone.now() + timezone.timedelta(days=3),
            author=self.dana,
        )

    def merged(self) -> None:
        """She was there twice."""
        twin = Contact.objects.create(
            first_name="Canarya", last_name="Finchley", email="canary@mail.example"
        )
        Phone.objects.create(contact=twin, e164="+12125550166", label="chirping twin")
        merging.merge(self.carol, twin, {}, author=self.dana)

    def records(self) -> None:
        roof = Deal.objects.create(title="New roof")
        before = changes.snapshot(roof)
        roof.contact = self.carol
        roof.save()
        changes.note(roof, author=self.dana, before=before)
        post_comment(on=roof, author=self.dana, body="sms: chirp chirp")
        Company.objects.create(name="Bakery", main_contact=self.carol)

    def texts(self) -> None:
        outbox.drain()
        # The simulator has no requests to keep; other gateways have.
        Attempt.objects.update(request=f"POST to={PHONE}&text=chirp", response="chirped")
        later = timezone.now() + timezone.timedelta(days=2)
        outbox.enqueue(
            text="A later chirp",
            phone=PHONE,
            number=self.number,
            origin=Origin.FORM,
            contact=self.carol,
            send_after=later,
        )
        for words in ("Chirp!", "Stop"):
            body = {"event": "text", "from": PHONE, "to": self.number.address, "text": words}
            self.post(body | {"id": words, "contactName": "Canarya"})
        sent = Message.objects.filter(status=Status.SENT).first()
        assert sent, "the simulator takes it"
        report = {"event": "report", "reference": str(sent.reference), "status": "delivered"}
        self.post(report | {"id": sent.external_id, "to": PHONE})

    @staticmethod
    def post(body: dict[str, str]) -> None:
        address = f"/webhooks/simulator/{django_settings.WEBHOOK_TOKEN}/"
        answer = Client().post(address, body, content_type="application/json")
        assert answer.status_code == 200

    def answers(self) -> None:
        _, secret = tokens.issue(self.dana, name="Script")
        key = {"Authorization": f"Bearer {secret}"}
        asked = [
            ("/api/v1/contacts/{}/comments", {"body": "Another chirp"}),
            ("/api/v1/messages", {"text": "chirp by API", "contact": self.carol.pk}),
        ]
        for n, (path, body) in enumerate(asked):
            answer = Client().post(
                path.format(self.carol.pk),
                body,
                content_type="application/json",
                headers=key | {"Idempotency-Key": f"key-{n}"},
            )
            assert answer.status_code in {201, 202}, answer.content

    def broadcast(self) -> None:
        told = Broadcast.objects.create(
            name="Open day",
            text="Hi {first_name|there}",
            pasted=f"1 (212) 5550123, {SHARED}\n+447700900321",
            author=self.dana,
        )
        broadcasts.work()
        told.refresh_from_db()
        assert told.state == Broadcast.State.READY

    def imported(self) -> None:
        source = ContactImport.objects.create(name="people.csv", author=self.dana, state="done")
        cells = ["Canarya", "212 555 0123", "Canary Wharf"]
        rows = [
            ImportRow(line=2, cells=cells, contact=self.carol, outcome="created"),
            ImportRow(line=3, cells=["C.", "canary@mail.example", "chirp"], outcome="skipped"),
            ImportRow(line=4, cells=["Otto", "+447700900321", ""], outcome="created"),
        ]
        for row in rows:
            row.source = source
            row.save()
        storing.bring(self.dana, [["Name", "Phone", ""], *(row.cells for row in rows)], "", [])

    def views(self) -> None:
        """Lists that ask for her, each in one of the ways there are."""
        asked = [
            *(
                ("communications", "Hers", f"contact={self.carol.pk}"),
                ("contacts", "Her", "q=5550123"),
            ),
            *(("communications", "By number", urlencode({"phone": PHONE})),),
            *(
                ("contacts", "By mail", "q=canary%40mail.example"),
                ("deals", "Canarya Finchley", "q=x"),
            ),
        ]
        for of, name, query in asked:
            SavedView.objects.create(of=of, name=name, query=query, owner=self.dana)

    def told(self) -> None:
        """As if other systems had heard of it all, and a caller had said whose text it is."""
        of_otto = Delivery.objects.filter(event="contact.changed").exclude(subject=self.carol.pk)
        Delivery.objects.exclude(pk__in=of_otto.values("pk")).update(
            body=f'{{"phone": "{PHONE}", "text": "chirp"}}'
        )
        message = Message.objects.filter(phone=PHONE).first()
        CallerNote.objects.create(message=message, label="Canarya", foreign_id="chirp")
        # Of somebody else, whose text left in one request with hers.
        otto = outbox.enqueue(
            text="Hi Otto", phone="+447700900321", number=self.number, origin=Origin.API
        )
        Message.objects.filter(pk=otto.pk).update(status=Status.CANCELLED)
        hers = Attempt.objects.first()
        assert hers
        Attempt.objects.create(
            message=otto, attempt_no=1, claim_token=hers.claim_token, request=f"to={PHONE}"
        )

    def administered(self) -> None:
        LogEntry.objects.create(
            user=self.dana,
            content_type=ContentType.objects.get_for_model(Contact),
            object_id=str(self.carol.pk),
            object_repr="Canarya Finchley",
            change_message="chirp",
            action_flag=CHANGE,
        )
