"""The wire under all adapters."""

import gzip
import os
import threading
import time

import pytest

from messaging.gateways import deadline
from messaging.gateways.errors import OutcomeUnknown, Unreachable
from messaging.gateways.http import Http

from .conftest import HASTE
from .server import answer, drip, raw

HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "a head drop by drop": drip(HEAD, b"X"),
    "one header after another": drip(HEAD, b"X: y\r\n"),
    "interim answers for ever": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body drop by drop": drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"1"),
    "a body without an end": drip(HEAD + b"\r\n", b"1"),
    "chunks drop by drop": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n"),
}


@pytest.fixture
def http(server):
    return Http(server.url, {"X-Key": "canary-credential"})


@pytest.mark.parametrize("play", SLOW.values(), ids=SLOW)
def test_the_deadline_holds_however_slowly_the_answer_comes(server, play):
    http = Http(server.url, {}, deadline=HASTE)
    server.plays(play)

    with pytest.raises(OutcomeUnknown) as caught:
        http.post("/")

    assert caught.value.reason == "timeout"
    assert HASTE * 900 < caught.value.exchange.elapsed_ms < HASTE * 1000 + 4000


def test_nothing_is_written_once_the_time_is_over(server, monkeypatch):
    connect = deadline.create_connection

    def slowly(*args, **kwargs):
        time.sleep(HASTE)
        return connect(*args, **kwargs)

    monkeypatch.setattr(deadline, "create_connection", slowly)
    http = Http(server.url, {}, deadline=HASTE)

    with pytest.raises(Unreachable):
        http.post("/")

    assert not server.received


def test_a_connection_is_used_again(http, server):
    for _ in range(5):
        http.post("/", json={})

    assert server.connections == 1


def test_an_idle_connection_is_not_used_again(http, server, monkeypatch):
    monkeypatch.setattr(deadline, "MAX_IDLE", 0.0)

    for _ in range(3):
        http.post("/", json={})

    assert server.connections == 3


def test_a_connection_that_the_gateway_closed_is_not_used_again(http, server):
    closed = threading.Semaphore(0)

    def answer_and_close(conn, _):
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")(conn, _)
        closed.release()

    server.plays(answer_and_close)

    for _ in range(5):
        assert http.post("/", json={}).status == 200
        closed.acquire()

    assert server.connections == 5


def test_an_answer_that_is_too_long_is_cut_and_its_connection_dropped(http, server):
    server.plays(answer(200, "x" * 1_000_000))

    first, second = http.post("/"), http.post("/")

    assert len(first.text) == len(second.text) == 64 * 1024
    assert len(first.exchange.response) == 4096
    assert server.connections == 2


def test_many_threads_share_it(http, server):
    def post():
        answers.extend(http.post("/", json={}).status for _ in range(5))

    answers = []
    threads = [threading.Thread(target=post) for _ in range(32)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 160


def test_one_thread_s_deadline_is_not_another_s(server):
    quick, patient = Http(server.url, {}, deadline=0.3), Http(server.url, {})
    server.plays(lambda conn, _: _.stopped.wait(1) or answer(200, "{}")(conn, _))
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(patient.post("/").status))
    thread.start()

    with pytest.raises(OutcomeUnknown):
        quick.post("/")

    thread.join()
    assert outcome == [200]


def test_another_process_gets_connections_of_its_own(http, server, monkeypatch):
    http.post("/")
    monkeypatch.setattr(os, "getpid", lambda: -1)

    http.post("/")

    assert server.connections == 2


def test_cookies_and_the_proxy_environment_are_ignored(http, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.plays(answer(200, "{}", set_cookie="a=b"))

    http.post("/")
    http.post("/")

    assert "cookie" not in server.received[1].headers


def test_a_compressed_bomb_stays_small(http, server):
    bomb = gzip.compress(b"0" * 50_000_000)
    server.plays(answer(200, bomb, content_encoding="gzip"))

    assert len(http.post("/").text) == 64 * 1024


def test_credentials_in_an_answer_are_hidden_from_everybody(http, server):
    server.plays(answer(200, "canary-credential", x_echo="canary-credential"))

    got = http.post("/", data={"canary": "canary-credential"}, params={"q": "canary-credential"})

    shown = got.text + str(got.headers) + got.exchange.request + got.exchange.response
    assert "canary-credential" not in shown + got.exchange.url


def test_an_answer_that_says_it_is_an_interim_one_forever_is_no_answer(http, server):
    server.plays(raw(b"HTTP/1.1 103 Early Hints\r\n\r\n"))

    with pytest.raises(OutcomeUnknown):
        http.post("/")
