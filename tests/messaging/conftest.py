"""All gateways with credentials, and texts that went out."""

import uuid

import pytest
from django.utils import timezone

from messaging import wire
from messaging.models import Attempt, Direction, Message, Origin, Status


@pytest.fixture
def gateways(settings):
    """All four can be spoken with; nothing is sent to them here."""
    settings.GATEWAYS = {
        "smrtphone": {"token": "smrtphone-token", "base_url": "http://127.0.0.1:9"},
        "seven": {
            "api_key": "seven-api-key",
            "signing_secret": "",
            "base_url": "http://127.0.0.1:9",
        },
        "d7": {"token": "d7-api-token", "base_url": "http://127.0.0.1:9"},
    }
    wire.forget()


@pytest.fixture
def sent(carol, number, alice):
    """Makes a text to Carol as it is when a gateway has accepted it, or is about to."""

    def make(text="See you at six", *, gateway="seven", status=Status.SENT, **more):
        now = timezone.now()
        given = {
            "number": number,
            "contact": carol,
            "phone": "+12125550123",
            "author": alice,
            "external_id": "77149843739",
            "origin": Origin.FORM,
            "attempt_no": 1,
            "sent_at": now if status == Status.SENT else None,
        }
        if status == Status.SENDING:
            given |= {"claim_token": uuid.uuid4(), "lease_until": now}
        message = Message.objects.create(
            direction=Direction.OUTBOUND,
            status=status,
            gateway=gateway,
            text=text,
            encoding="GSM-7",
            segments=1,
            **{**given, **more},
        )
        Attempt.objects.create(message=message, attempt_no=1, claim_token=uuid.uuid4())
        return message

    return make
