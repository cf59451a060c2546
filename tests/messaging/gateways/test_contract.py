"""What every real gateway's adapter must do, against a real server on this machine."""

import socket
import time
import traceback
from dataclasses import replace

import pytest

from messaging.gateways.errors import (
    GatewayError,
    Misconfigured,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unreachable,
)
from messaging.gateways.reasons import SENTENCES

from .conftest import CREDENTIAL, HASTE, KINDS
from .server import answer, drip, hang, raw, reset

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PAGE = "<!doctype html><title>Welcome to our wireless network</title>"

BROKEN = {
    "a reset": reset,
    "an end without an answer": raw(b""),
    "a truncated head": raw(HEAD[:20]),
    "a head without an end": raw(HEAD),
    "a truncated body": raw(HEAD + b'Content-Length: 99\r\n\r\n{"success":"100"'),
    "a truncated chunk": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n100"),
    "something that is not HTTP": raw(b"220 mail.example ESMTP\r\n"),
    "a web page": answer(200, PAGE),
    "a list": answer(200, []),
    "true": answer(200, "true"),
    "a fraction": answer(200, "1.5"),
    "half an object": answer(200, '{"success":"100","messages":[{"id"', content_type="text/html"),
    "a megabyte": answer(200, "1" * 1_000_000),
    "a deep nest": answer(200, "[" * 50_000),
    "500": answer(500, {"detail": {"code": "INVALID_PHONE_NUMBER"}}),
    "502": answer(502, PAGE),
    "503 come back later": answer(503, "", retry_after="5"),
    "301": answer(301, location="/elsewhere"),
    "302": answer(302, location="/elsewhere"),
    "307 to itself": answer(307, location="/"),
    "308": answer(308, location="/elsewhere"),
    "304": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "408": answer(408),
}


def failing(gateway, outgoing):
    with pytest.raises(GatewayError) as caught:
        gateway.send(outgoing)
    return caught.value


def test_an_accepted_text_is_one_request_and_one_receipt(gateway, kind, server, hello):
    server.plays(answer(200, kind.accepted))

    receipt = gateway.send(hello)

    assert receipt.external_id == kind.external_id
    assert receipt.exchange.status == 200
    assert receipt.exchange.elapsed_ms >= 0
    assert [request.method for request in server.received] == ["POST"]


@pytest.mark.parametrize("play", BROKEN.values(), ids=BROKEN)
def test_whatever_happens_after_the_request_was_written_leaves_the_outcome_unknown(
    gateway, server, hello, play
):
    server.plays(play)

    error = failing(gateway, hello)

    assert type(error) is OutcomeUnknown
    assert error.reason != "timeout" or error.code == "408"
    assert len(server.received) == 1
    assert error.exchange.method == "POST"
    assert error.reason in SENTENCES


@pytest.mark.parametrize(
    "play", [hang, drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"1")], ids=["silence", "drops"]
)
def test_a_gateway_that_takes_its_time_leaves_the_outcome_unknown(kind, server, hello, play):
    server.plays(play)

    error = failing(kind.at(server.url, deadline=HASTE), hello)

    assert (type(error), error.reason) == (OutcomeUnknown, "timeout")
    assert len(server.received) == 1


def test_a_refused_connection_never_got_there(kind, hello):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    error = failing(kind.at(f"http://127.0.0.1:{port}"), hello)

    assert type(error) is Unreachable
    assert error.exchange.status is None


def test_a_name_that_does_not_resolve_never_got_there(kind, hello, monkeypatch):
    def no_such_name(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)

    error = failing(kind.at("https://gateway.example"), hello)

    assert type(error) is Unreachable


def test_a_resolver_that_takes_too_long_lets_nothing_be_sent(kind, server, hello, monkeypatch):
    resolve = socket.getaddrinfo

    def slowly(*args, **kwargs):
        time.sleep(HASTE)
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)

    error = failing(kind.at(server.url, deadline=HASTE), hello)

    assert type(error) is Unreachable
    assert not server.received


def test_tls_that_fails_before_the_request_never_got_there(kind, server, hello):
    error = failing(kind.at(server.url.replace("http:", "https:")), hello)

    assert type(error) is Unreachable
    assert not [request for request in server.received if request.method == "POST"]


def test_a_handshake_that_never_ends_never_got_there(kind, hello):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        error = failing(kind.at(f"https://127.0.0.1:{port}", deadline=HASTE), hello)

    assert type(error) is Unreachable


@pytest.mark.parametrize(
    ("status", "kind_of_error"),
    [
        (400, Refused),
        (404, Refused),
        (422, Refused),
        (401, Misconfigured),
        (402, Misconfigured),
        (403, Misconfigured),
        (429, Throttled),
        (413, Refused),
    ],
)
@pytest.mark.parametrize("body", ["", PAGE, "null", "[1]", '{"detail": 5}'])
def test_a_status_is_enough_to_know_who_must_act(
    gateway, server, hello, status, kind_of_error, body
):
    server.plays(answer(status, body))

    error = failing(gateway, hello)

    assert type(error) is kind_of_error
    assert error.code == str(status)
    assert error.reason in SENTENCES


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("7", 7),
        ("soon", None),
        ("", None),
        ("-3", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("999999999", 86400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("1e3", None),
    ],
)
def test_a_throttled_text_knows_when_to_come_back(gateway, server, hello, given, seconds):
    server.plays(answer(429, "slow down", retry_after=given))

    error = failing(gateway, hello)

    assert error.retry_after == seconds


def test_the_credential_shows_nowhere(gateway, server, hello):
    echo = f"You said {CREDENTIAL}, or {CREDENTIAL.replace('/', chr(92) + '/')}."
    errors = []
    for play in (answer(400, echo), answer(500, echo), answer(200, echo[-9:] + echo * 200), reset):
        server.plays(play)
        with_url = replace(hello, report_url=f"https://crm.example/{CREDENTIAL}/")
        try:
            gateway.send(with_url)
        except GatewayError as error:
            errors.append(error)

    shown = repr(gateway) + repr(vars(gateway)["_http"])
    for error in errors:
        shown += "".join(traceback.format_exception(error)) + repr(error.__dict__)
        shown += error.exchange.request + error.exchange.response + error.exchange.url
    assert len(errors) >= 3
    assert CREDENTIAL not in shown
    assert CREDENTIAL.replace("/", "\\/") not in shown
    assert any(CREDENTIAL in " ".join(seen.headers.values()) for seen in server.received)


def test_neither_words_nor_numbers_show_in_what_gets_logged(gateway, server, hello):
    server.plays(answer(400, f"No: {hello.text} to {hello.to}"))

    error = failing(gateway, hello)

    logged = f"{error} {error!r} {error.exchange!r} {hello!r}"
    assert "Wörld" not in logged
    assert hello.to not in str(error)


@pytest.mark.parametrize("credential", ["two\nlines-of-it", "schlüssel-wort", "nul\x00-inside"])
def test_a_credential_that_cannot_travel_is_named_but_not_quoted(kind, credential):
    with pytest.raises(ValueError, match="no header can carry") as caught:
        kind.build(credential)

    assert credential not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://gateway.example", "ftp://localhost", "https://", "https://me:pw@gateway.example", ""],
)
def test_credentials_travel_over_tls_only(kind, url):
    with pytest.raises(ValueError, match="gateway"):
        kind.build(CREDENTIAL, url)


def test_unsendable_characters_are_replaced_and_not_fatal(gateway, kind, server, hello):
    server.plays(answer(200, kind.accepted))

    gateway.send(replace(hello, text="a\x00b\ud83dc"))

    seen = server.received[0]
    words = seen.form["message"] if b"message=" in seen.body else str(seen.json)
    assert "a\ufffdb\ufffdc" in words


def test_by_itself_an_adapter_waits_no_longer_than_the_lease_allows_for(kind):
    gateway = kind.build(CREDENTIAL)

    assert vars(gateway)["_http"]._timeout[1] == 15


def test_the_contract_covers_every_gateway_with_an_account():
    from messaging.gateways import ADAPTERS

    assert set(KINDS) == set(ADAPTERS) - {"simulator"}
