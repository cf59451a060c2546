"""
Outbound, reports and consent as a machine that Hypothesis drives, beside a model of three rules:
nobody who opted out is posted to, nothing is posted twice unless the gateway says it never saw
it or a person asks, and a status only moves forward.
"""

import itertools
import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import sampled_from

from contacts.models import Contact
from messaging import arrivals, outbox, reports, wire
from messaging.gateways.base import DeliveryReport, InboundText
from messaging.models import Attempt, ConsentEvent, Event, Message, Number, Origin, Recipient
from messaging.outbox.claim import LEASE, claim
from messaging.outbox.deliver import deliver
from tests.messaging.gateways.server import Server, answer, reset

pytestmark = [pytest.mark.slow, pytest.mark.storage]
PHONES = ("+12125550123", "+12125550124")
RANK = {"sent": 1, "failed": 2, "undelivered": 3, "delivered": 4}
ids = itertools.count(1)


class Texting(RuleBasedStateMachine):
    """One number of ours, two people, and a gateway whose next answer is known."""

    texts = Bundle("texts")
    server: Server

    def __init__(self):
        super().__init__()
        for model in (ConsentEvent, Attempt, Message, Event, Recipient, Number, Contact):
            model.objects.all().delete()
        self.number = Number.objects.create(address="+12125550101", label="Us", gateway="seven")
        self.person, _ = User.objects.get_or_create(username="alice")
        self.now = timezone.now()
        self.opted_out = set()
        self.posted = {}  # reference: how often it was posted
        self.allowed = {}  # reference: how often it may be
        self.ranks = {}
        self.server.received.clear()

    @rule(target=texts, phone=sampled_from(PHONES))
    def somebody_writes(self, phone):
        try:
            message = outbox.enqueue(
                text=f"Text {next(ids)}", phone=phone, number=self.number, origin=Origin.API
            )
        except outbox.CannotSend:
            assert phone in self.opted_out
            return None
        assert phone not in self.opted_out
        self.allowed[str(message.reference)] = 1
        return message.pk

    @rule(how=sampled_from(["accepted", "500", "reset", "refused", "busy"]))
    def a_drain_runs(self, how):
        self._plays(how)
        self._make_due()
        before = len(self.server.received)
        outbox.drain(linger=timedelta(0))
        self._heard(before, how)

    @rule()
    def a_drain_dies_before_it_posts(self):
        self._make_due()
        claim("seven", 10)

    @rule(how=sampled_from(["accepted", "500", "reset"]))
    def a_drain_dies_after_it_posted(self, how):
        self._plays(how)
        self._make_due()
        before = len(self.server.received)
        for one in claim("seven", 10):
            deliver(one, wire.build("seven"))
        self._heard(before, how)

    @rule()
    def the_sweep_gives_up_old_leases(self):
        self.server.plays(answer(500))
        outbox.sweep(timezone.now() + LEASE + timedelta(seconds=1))
        self.server.received.clear()

    @rule(seen=sampled_from([True, False, None]))
    def the_gateway_is_asked(self, seen):
        """Its journal has all it ever took, or has none of it, or cannot be read."""
        from messaging.outbox.reconcile import reconcile

        self.server.plays(self._journal(seen))
        open_ones = list(Message.objects.filter(status="unconfirmed"))
        self.now = max(self.now, timezone.now())
        for minutes in (1, 7, 13):
            reconcile(self.now + timedelta(minutes=minutes))
        Message.objects.update(looked_up_at=None)
        if seen is False:
            for message in open_ones:
                reference = str(message.reference)  # an answer to STOP has not been counted yet
                self.allowed[reference] = self.allowed.get(reference, 1) + 1

    @rule(text=texts, status=sampled_from([*RANK]))
    def a_report_comes(self, text, status):
        message = Message.objects.filter(pk=text).first()
        if message:
            reports.apply(DeliveryReport(status, reference=str(message.reference)), "seven")

    @rule(phone=sampled_from(PHONES), words=sampled_from(["STOP", "please stop texting me"]))
    def somebody_says_stop(self, phone, words):
        self._arrives(phone, words)
        self.opted_out.add(phone)

    @rule(phone=sampled_from(PHONES))
    def somebody_says_start(self, phone):
        self._arrives(phone, "START")
        self.opted_out.discard(phone)

    @rule(phone=sampled_from(PHONES))
    def an_old_start_comes_late(self, phone):
        sent_at = timezone.now() - timedelta(hours=1)
        self._arrives(phone, "START", sent_at)

    @rule(text=texts)
    def a_person_sends_it_anyway(self, text):
        message = Message.objects.filter(pk=text).first()
        if message and outbox.send_anyway(message, self.person):
            self.allowed[str(message.reference)] += 1

    @rule(text=texts)
    def it_is_taken_back(self, text):
        message = Message.objects.filter(pk=text).first()
        if message:
            outbox.cancel(message)

    @invariant()
    def nothing_is_posted_twice_without_authority(self):
        assert {ref: n for ref, n in self.posted.items() if n > self.allowed.get(ref, 1)} == {}

    @invariant()
    def statuses_only_move_forward(self):
        for message in Message.objects.filter(direction="outbound", status__in=RANK):
            rank = RANK[message.status] if message.attempt_no else 0
            assert rank >= self.ranks.get(message.pk, 0), message.status
            self.ranks[message.pk] = rank
        settled = {pk for pk, rank in self.ranks.items() if rank}
        assert not Message.objects.filter(pk__in=settled, status__in=["queued", "sending"]).exists()

    def _plays(self, how):
        item = {"id": str(next(ids)), "success": True, "parts": 1, "price": 0.075}
        acts = {
            "accepted": answer(200, {"success": "100", "messages": [item]}),
            "500": answer(500),
            "reset": reset,
            "refused": answer(200, "202"),
            "busy": answer(429, "", Retry_After="1"),
        }
        self.server.plays(acts[how])

    def _make_due(self):
        Message.objects.filter(status="queued").update(send_after=timezone.now())

    def _heard(self, before, how):
        """Count the posts; one that was refused or turned away was never sent to anybody."""
        for request in self.server.received[before:]:
            body = json.loads(request.body)
            message = Message.objects.get(reference=body["foreign_id"])
            assert body["to"] not in self.opted_out or message.is_confirmation
            if how not in ("refused", "busy"):
                self.posted[body["foreign_id"]] = self.posted.get(body["foreign_id"], 0) + 1

    def _journal(self, seen):
        if seen is None:
            return answer(500)
        rows = [
            {"id": f"j{ref}"[:20], "foreign_id": ref, "to": "12125550123", "dlr": "TRANSMITTED"}
            for ref in (self.posted if seen else ())
        ]
        pages = {"offset=0": rows}

        def act(conn, server):
            target = server.received[-1].target
            page = next((found for name, found in pages.items() if name in target), [])
            answer(200, page)(conn, server)

        return act

    def _arrives(self, phone, words, sent_at=None):
        number = self.number.address
        news = InboundText(phone, number, words, external_id=f"mo{next(ids)}", sent_at=sent_at)
        with transaction.atomic():  # as the inbox does
            arrivals.arrive(news, "seven", timezone.now())


def test_whatever_happens_in_whatever_order_the_promise_holds(server, sales, monkeypatch):
    sales.delete()
    # One text in each request, so that a request names its text; test_batches.py has the others.
    monkeypatch.setitem(django_settings.GATEWAYS["seven"], "batch", 1)
    wire.forget()
    machine = type("Machine", (Texting,), {"server": server})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.generate],  # shrinking takes minutes; the steps are printed
        ),
    )
