"""Where webhooks never go, however it is spelled, and whatever a name server says."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from messaging.hooks.address import AddressRefused, check, judge
from messaging.hooks.post import MOST_READ, post
from tests.messaging.gateways.server import answer, drip

PUBLIC = "93.184.216.34"

NOT_PUBLIC = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1"),
    *("0.0.0.0", "0.1.2.3", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
    *("168.63.129.16", "192.0.0.192", "192.0.2.1", "198.51.100.1", "203.0.113.1"),
    *("198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe"),
    *("::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2001:0:7f00:1::", "2001:db8::1", "ff02::1"),
    *("100::1", "5f00::1", "192.88.99.1"),
]
#: Spellings of this machine, or of what clouds answer with credentials, as hosts of an address.
SPELLINGS = [
    *("127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"),
    *("0x7f.0x0.0x0.0x1", "127.0.0.1.", "0", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::]", "localhost", "LOCALHOST"),
    *("2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[fe80::1%25lo]"),
]
MALFORMED = [
    *("", "hook", "//93.184.216.34/", "ftp://93.184.216.34/", "file:///etc/passwd"),
    *("gopher://93.184.216.34/", "javascript:alert(1)", "https://", "https:///x"),
    *("https://93.184.216.34:0/", "https://93.184.216.34:99999/", "https://93.184.216.34:x/"),
    *("https://[::1", "https://a b/", "https://93.184.216.34/a\nb", "https://93.184.216.34\\@x/"),
    *("https://user@93.184.216.34/", "https://user:word@93.184.216.34/", "https://:@93.184.216.34"),
    *("https://127.0.0.1#@93.184.216.34/", "http://93.184.216.34/", f"https://{'a' * 70}.example/"),
    f"https://93.184.216.34/{'a' * 500}",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_address_outside_the_internet_is_reached(address: str) -> None:
    with pytest.raises(AddressRefused):
        judge(address)


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_the_internet_is_reached(address: str) -> None:
    judge(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_spelling_it_otherwise_changes_nothing(dns: Any, host: str) -> None:
    with pytest.raises(AddressRefused):
        check(f"https://{host}/")

    assert post(f"https://{host}/", body=b"{}", headers={}).status is None


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_address_is_refused_in_a_sentence(dns: Any, url: str) -> None:
    with pytest.raises(AddressRefused, match=r"^[A-Z].*[.:/]"):
        check(url)

    assert post(url, body=b"{}", headers={}).problem


def test_a_name_that_is_not_known_is_refused(dns: Any) -> None:
    with pytest.raises(AddressRefused, match=r"There is no server called nobody\.example"):
        check("https://nobody.example/")


@pytest.mark.parametrize("inside", ["10.1.2.3", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_refused(dns: Any, inside: str) -> None:
    dns("inside.example", inside)

    with pytest.raises(AddressRefused):
        check("https://inside.example/")


def test_one_inner_address_among_public_ones_is_enough(dns: Any) -> None:
    dns("mixed.example", [PUBLIC, "127.0.0.1"])

    with pytest.raises(AddressRefused):
        check("https://mixed.example/")


def test_a_public_name_is_taken(dns: Any) -> None:
    dns("hook.example", [PUBLIC, "2606:4700::1111"])

    check("https://hook.example:8443/in?key=1")


def test_a_name_that_changes_its_mind_gains_nothing(dns: Any, listener: Any) -> None:
    port = listener.url.rpartition(":")[2]
    asked = dns("rebinding.example", PUBLIC, "127.0.0.1")
    check(f"https://rebinding.example:{port}/")

    told = post(f"https://rebinding.example:{port}/", body=b"{}", headers={})

    assert told.status is None
    assert "private network" in told.problem
    assert (listener.connections, len(asked)) == (0, 2)


def test_what_was_judged_is_what_is_connected_to(dns: Any, listener: Any) -> None:
    port = listener.url.rpartition(":")[2]
    asked = dns("hook.example", "127.0.0.1", "169.254.169.254")

    told = post(f"http://hook.example:{port}/in", body=b"{}", headers={}, allow_private=True)

    assert (told.status, told.problem) == (200, "")
    assert listener.received[0].headers["host"] == f"hook.example:{port}"
    assert asked == ["hook.example"]


def test_the_tls_name_stays_the_one_that_was_typed(dns: Any) -> None:
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        dns("hook.example", "127.0.0.1")
        thread = threading.Thread(target=_take, args=(server, hello))
        thread.start()

        told = post(f"https://hook.example:{port}/", body=b"{}", headers={}, allow_private=True)

        thread.join(5)
    assert told.status is None
    assert b"hook.example" in hello[0]


def _take(server: socket.socket, hello: list[bytes]) -> None:
    conn, _ = server.accept()
    with conn:
        hello.append(conn.recv(4096))


def test_a_redirect_is_not_followed(listener: Any) -> None:
    listener.plays(answer(302, "", Location="http://127.0.0.1:9/"))

    told = post(listener.url, body=b"{}", headers={}, allow_private=True)

    assert told.status == 302
    assert "follow no redirect" in told.problem
    assert len(listener.received) == 1


def test_what_one_allows_oneself_stops_short_of_credentials(dns: Any) -> None:
    check("http://127.0.0.1:8000/", allow_private=True)
    check("https://10.0.0.1/", allow_private=True)

    for never in ("169.254.169.254", "168.63.129.16", "[fe80::1]", "0.0.0.0", "[fd00:ec2::254]"):
        with pytest.raises(AddressRefused):
            check(f"http://{never}/", allow_private=True)


def test_the_proxy_of_the_environment_is_not_asked(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", listener.url)
    monkeypatch.setenv("HTTP_PROXY", listener.url)

    told = post("http://127.0.0.1:9/", body=b"{}", headers={}, allow_private=True)

    assert "No connection" in told.problem
    assert listener.connections == 0


def test_only_the_beginning_of_an_answer_is_read(listener: Any) -> None:
    listener.plays(answer(200, "x" * 1_000_000))

    told = post(listener.url, body=b"{}", headers={}, allow_private=True)

    assert told.ok
    assert len(told.text) == MOST_READ


def test_an_answer_drop_by_drop_ends_at_the_deadline(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.hooks.post.DEADLINE", 0.3)
    listener.plays(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"1"))

    told = post(listener.url, body=b"{}", headers={}, allow_private=True)

    assert told.status is None
    assert "No answer within" in told.problem
