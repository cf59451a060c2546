"""Webhooks come from the open internet: nothing in them may break us."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.gateways import ADAPTERS
from messaging.gateways.base import Request
from messaging.gateways.errors import WebhookRejected

from .conftest import PAYLOADS

GATEWAYS = {
    "seven": ADAPTERS["seven"]("credential-1"),
    "seven signed": ADAPTERS["seven"]("credential-1", signing_secret="s"),
    "d7": ADAPTERS["d7"]("credential-1"),
    "smrtphone": ADAPTERS["smrtphone"]("credential-1"),
    "simulator": ADAPTERS["simulator"]("https://crm.example/"),
}
UNSAFE = re.compile("[\x00\ud800-\udfff]")
KEYS = [
    *[
        "webhook_event",
        "data",
        "sender",
        "system",
        "text",
        "time",
        "id",
        "msg_id",
        "status",
        "foreign_id",
        "data[msg_id]",
    ],
    *["event", "smsId", "from", "to", "message", "phone", "source", "failure_reason", "reference"],
    *["request_id", "recipient", "mo_id", "receiver", "keyword", "event_type", "reason"],
]
WORDS = [
    "sms_mo",
    "dlr",
    "smsIncoming",
    "smsSent",
    "smsDeliveryCallback",
    "addNumberToDNT",
    *["report", "text", "delivered", "DELIVERED", "un_delivered", "12125550142", "+1", "00"],
    *["DELIVERY_EVENTS", "read"],
]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from([*WORDS, "\x00", "\ud800"])
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=8)
payloads = st.sampled_from(sorted(path.read_bytes() for path in PAYLOADS.iterdir()))
kinds = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b0undary",
        "multipart/form-data",
        'multipart/mixed; boundary="',
        "text/plain; charset=utf-99",
        "",
        "\x00é",
    ]
)


@st.composite
def bodies(draw):
    """Anything, JSON of our fields, or a real payload with some bytes changed."""
    body = draw(st.binary(max_size=200) | payloads | objects.map(lambda o: json.dumps(o).encode()))
    cut = draw(st.integers(0, len(body)))
    return body[:cut] + draw(st.binary(max_size=3)) + body[cut + draw(st.integers(0, 3)) :]


requests = st.builds(
    Request,
    st.sampled_from(["POST", "GET"]),
    st.just("https://crm.example/webhooks/x/t0ken/"),
    st.fixed_dictionaries(
        {"content-type": kinds},
        optional={"x-signature": st.text(max_size=5), "x-timestamp": st.text(max_size=5)},
    ),
    st.dictionaries(st.sampled_from(KEYS), st.text(st.characters(), max_size=9), max_size=5),
    bodies(),
)


@pytest.mark.parametrize("name", GATEWAYS)
@given(request=requests)
def test_whatever_comes_is_events_or_a_rejection(name, request):
    try:
        events = GATEWAYS[name].receive(request)
    except WebhookRejected:
        return

    for event in events:
        assert not UNSAFE.search(str([getattr(event, field) for field in event.__slots__]))


@pytest.mark.parametrize("name", [name for name in GATEWAYS if name != "seven signed"])
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"a":' * 20_000, b"\xff\xfe", b"[" * 50_000, b'{"a":NaN}', b"1" * 9_999],
    ids=str,
)
def test_an_unreadable_body_is_rejected_or_means_nothing(name, body, webhook):
    request = webhook(body)

    try:
        events = GATEWAYS[name].receive(request)
    except WebhookRejected:
        events = []

    assert events == []


def test_nul_and_lone_surrogates_become_replacement_characters(webhook):
    body = rb'{"event":"smsIncoming","from":"12125550142","to":"77777","message":"a\u0000\ud83d"}'

    (event,) = GATEWAYS["smrtphone"].receive(webhook(body))

    assert event.text == "a\ufffd\ufffd"


@pytest.mark.parametrize(
    ("given_number", "ours"),
    [
        ("12125550142", "+12125550142"),
        ("+1 (212) 555-0142", "+12125550142"),
        ("00447700900123", "+447700900123"),
        (12125550142, "+12125550142"),
        ("77777", "77777"),
        ("ACME", "ACME"),
    ],
)
def test_numbers_are_written_our_way(webhook, given_number, ours):
    body = {"event": "smsIncoming", "from": given_number, "to": "+12125550100", "message": ""}

    (event,) = GATEWAYS["smrtphone"].receive(webhook(json.dumps(body).encode()))

    assert event.sender == ours
