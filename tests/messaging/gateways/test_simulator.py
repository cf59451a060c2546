from dataclasses import replace

import pytest

from messaging.gateways.base import DeliveryReport, InboundText, Question
from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    NotSupported,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unreachable,
)
from messaging.gateways.simulator import Simulator
from messaging.gateways.simulator_fates import report_for
from messaging.gateways.simulator_postman import TRIES

from .server import answer

FATES = {
    90: (Refused, "invalid_number"),
    91: (Refused, "opted_out"),
    92: (Unreachable, "unreachable"),
    93: (Throttled, "throttled"),
    94: (Misconfigured, "no_credit"),
    95: (OutcomeUnknown, "timeout"),
    96: (OutcomeUnknown, "timeout"),
}


@pytest.fixture
def simulator(server):
    server.plays(answer(200, "ok"))
    return Simulator(server.url + "/webhooks/simulator/t0ken/", delay=0.01)


@pytest.fixture
def patient(server):
    """One whose reports come after the test."""
    return Simulator(server.url, delay=60)


@pytest.fixture
def reports(server):
    """Waits until so many reports have come to our webhook."""

    def wait(count):
        while len(server.received) < count:
            assert not server.stopped.wait(0.005)
        return [request.json for request in server.received]

    return wait


def to(outgoing, digits):
    return replace(outgoing, to=f"+121255501{digits:02}")


def test_a_text_is_accepted_and_its_report_comes_to_our_webhook(
    simulator, server, reports, hello, webhook
):
    receipt = simulator.send(hello)

    (report,) = reports(1)
    assert server.received[0].target == "/webhooks/simulator/t0ken/"
    assert receipt.segments == 1
    assert simulator.receive(webhook(server.received[0].body)) == [
        DeliveryReport("delivered", receipt.external_id, hello.reference, hello.to)
    ]
    assert report["event"] == "report"


@pytest.mark.parametrize("digits", FATES)
def test_the_last_two_digits_choose_a_failure(patient, hello, digits):
    with pytest.raises(GatewayError) as caught:
        patient.send(to(hello, digits))

    assert (type(caught.value), caught.value.reason) == FATES[digits]


@pytest.mark.parametrize(
    ("digits", "statuses"),
    [
        (95, ["delivered"]),
        (97, ["undelivered"]),
        (98, ["delivered", "delivered", "sent"]),
        (99, ["delivered"]),
    ],
)
def test_the_last_two_digits_choose_the_reports(simulator, reports, hello, digits, statuses):
    try:
        simulator.send(to(hello, digits))
    except OutcomeUnknown:
        assert digits == 95

    assert [report["status"] for report in reports(len(statuses))] == statuses


@pytest.mark.parametrize("digits", range(89, 100))
def test_a_look_up_after_a_restart_tells_what_the_reports_would(patient, hello, digits):
    outgoing = to(hello, digits)

    report = patient.look_up(Question(hello.reference, "", to=outgoing.to))

    expected = report_for(outgoing.to)
    assert (report and report.status) == (expected and expected.status)
    assert (report is None) == (digits in {90, 91, 92, 93, 94, 96})


def test_its_own_id_is_enough_for_a_look_up(patient, hello):
    receipt = patient.send(to(hello, 97))

    report = patient.look_up(Question(hello.reference, receipt.external_id))

    assert (report.status, report.to) == ("undelivered", "+12125550197")
    assert report.external_id == receipt.external_id


def test_without_either_it_does_not_guess(simulator):
    with pytest.raises(NotSupported):
        simulator.look_up(Question("ours", ""))


def test_a_report_that_our_webhook_did_not_take_comes_again(
    simulator, server, reports, hello, monkeypatch
):
    monkeypatch.setattr("messaging.gateways.simulator_postman.PAUSE", 0.01)
    server.plays(*[answer(503)] * (TRIES - 1), answer(200))

    simulator.send(hello)

    assert len(reports(TRIES)) == TRIES


def test_anybody_may_play_the_other_side(simulator, webhook):
    assert simulator.receive(webhook("simulator_text.json")) == [
        InboundText("+12125550142", "+12125550100", "Stop", "t-1")
    ]
    assert simulator.receive(webhook("simulator_report.json"))[0].reference == "ours-1"


def test_it_has_play_money(simulator):
    assert simulator.balance() == "1000.00 EUR"
