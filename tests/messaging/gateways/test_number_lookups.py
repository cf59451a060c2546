"""Whether a number exists, asked of the gateways that tell."""

from __future__ import annotations

import pytest

from messaging.gateways.base import Finding, LooksUpNumbers
from messaging.gateways.errors import GatewayError, Misconfigured, Throttled
from messaging.gateways.simulator import Simulator

from .conftest import CREDENTIAL
from .server import answer, hang
from .test_contract import BROKEN

CAROL = "+12125550142"
CAPABLE = ["seven", "d7"]


@pytest.fixture(params=CAPABLE)
def capable(request):
    return request.getfixturevalue(request.param)


def hlr(**changes):
    return {
        "status": True,
        "status_message": "success",
        "international_format_number": "12125550142",
        "valid_number": "valid",
        "reachable": "reachable",
        "ported": "assumed_not_ported",
    } | changes


def found(**changes):
    return {
        "request_id": "f9f45e79",
        "recipient": CAROL,
        "reachable": "yes",
        "type": "mobile",
        "status": "SUCCESS",
        "status_code": 0,
    } | changes


def test_who_can_be_asked(gateway, kind):
    assert isinstance(gateway, LooksUpNumbers) == (gateway.name in CAPABLE)


def test_seven_is_asked_as_documented(seven, server):
    server.plays(answer(200, hlr()))

    assert seven.look_up_number(CAROL) == Finding("live", "valid, reachable")

    (request,) = server.received
    assert (request.method, request.path) == ("GET", "/lookup/hlr")
    assert request.query == {"number": CAROL}
    assert request.headers["x-api-key"] == CREDENTIAL


def test_d7_is_asked_as_documented(d7, server):
    server.plays(answer(200, found()))

    assert d7.look_up_number(CAROL) == Finding("live", "yes, SUCCESS")

    (request,) = server.received
    assert (request.method, request.target) == ("POST", "/hlr/v1/lookup")
    assert request.json == {"recipient": CAROL}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"valid_number": "not_valid", "reachable": "unknown"}, "dead"),
        ({"reachable": "bad_number"}, "dead"),
        ({"reachable": "absent"}, "unknown"),
        ({"reachable": "undeliverable"}, "unknown"),
        ({"reachable": "blacklisted"}, "unknown"),
        ({"reachable": "unknown", "valid_number": "unknown"}, "unknown"),
        ({"reachable": None, "valid_number": ["not_valid"]}, "unknown"),
    ],
)
def test_what_seven_finds(seven, server, changes, state):
    server.plays(answer(200, hlr(**changes)))

    assert seven.look_up_number(CAROL).state == state


@pytest.mark.parametrize("changes", [{"reachable": "no"}, {"reachable": "na"}, {"reachable": True}])
def test_what_d7_does_not_reach_may_exist(d7, server, changes):
    server.plays(answer(200, found(**changes)))

    assert d7.look_up_number(CAROL).state == "unknown"


def test_what_d7_calls_no_number_is_dead(d7, server):
    said = {"code": "INVALID_PHONE_NUMBER", "message": "Number is not valid"}
    server.plays(answer(400, {"detail": said}))

    assert d7.look_up_number(CAROL) == Finding("dead", "INVALID_PHONE_NUMBER")


def test_another_refusal_of_d7_says_nothing_of_the_number(d7, server):
    for said in ({"code": "ROUTING_NOT_FOUND"}, [{"loc": ["body", "recipients"], "msg": "x"}]):
        server.plays(answer(400, {"detail": said}))
        with pytest.raises(GatewayError):
            d7.look_up_number(CAROL)


def test_an_answer_about_somebody_else_says_nothing(capable, server):
    other = {"international_format_number": "12125550143", "recipient": "+12125550143"}
    server.plays(answer(200, hlr(valid_number="not_valid") | found() | other))

    with pytest.raises(GatewayError):
        capable.look_up_number(CAROL)


@pytest.mark.parametrize("play", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_never_a_finding(capable, server, play):
    server.plays(play)

    with pytest.raises(GatewayError):
        capable.look_up_number(CAROL)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, Misconfigured), (402, Misconfigured), (429, Throttled)]
)
def test_who_must_act_is_known(capable, server, status, error):
    server.plays(answer(status, "no"))

    with pytest.raises(error):
        capable.look_up_number(CAROL)


def test_sevens_codes_hold_here_too(seven, server):
    server.plays(answer(200, "900"))

    with pytest.raises(Misconfigured):
        seven.look_up_number(CAROL)


def test_one_that_hangs_is_left_at_the_deadline(kind, server):
    gateway = kind.at(server.url, deadline=0.5)
    server.plays(hang)
    if isinstance(gateway, LooksUpNumbers):
        with pytest.raises(GatewayError):
            gateway.look_up_number(CAROL)


def test_the_simulators_number_that_refuses_does_not_exist():
    simulator = Simulator("http://127.0.0.1:9/")

    assert simulator.look_up_number("+12125550190").state == "dead"
    assert simulator.look_up_number(CAROL).state == "live"
