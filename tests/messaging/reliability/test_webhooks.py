"""Webhooks in any order end the same, and rubbish breaks nothing."""

import random

import pytest
from django.test import Client

from messaging import wire
from messaging.models import Event
from tests.chaos import fuzz, histories

pytestmark = pytest.mark.slow
HISTORIES, ORDERS, BODIES = 15, 20, 150  # python -m tests.chaos.fuzz: 500, 20 and 10,000


@pytest.mark.storage
def test_the_same_news_in_any_order_end_the_same(db):
    assert histories.play(HISTORIES, ORDERS, seed=random.randrange(1_000_000)) == []


@pytest.mark.parametrize("gateway", fuzz.GATEWAYS)
def test_a_broken_webhook_is_never_an_error_of_ours(db, settings, gateway):
    settings.GATEWAYS = fuzz.credentials()
    wire.forget()
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    statuses = fuzz.strike(client, gateway, BODIES, random.Random())

    assert sum(statuses.values()) == BODIES
    assert not [status for status in statuses if status >= 500]
    assert not fuzz.bugs()


def test_an_unsigned_webhook_is_asked_for_again_and_nothing_in_it_is_done(db, settings):
    settings.GATEWAYS = fuzz.credentials()
    settings.GATEWAYS["seven"]["signing_secret"] = "a-secret-for-tests"
    wire.forget()
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    statuses = fuzz.strike(client, "seven", 60, random.Random(1))

    assert set(statuses) <= {503, 413}
    assert statuses[503] > 40
    assert set(Event.objects.values_list("state", flat=True)) == {"quarantined"}
