"""Whatever comes over the wire is read, or nothing is found in it; it is never an error."""

from __future__ import annotations

import random
from email.message import EmailMessage

import pytest

from messaging.mail.reading import read
from tests.messaging.mail.mails import mail


def test_a_plain_mail() -> None:
    found = read(mail("Grüße, 6 €\n", Cc="Bob <BOB@example.com>"))

    assert found.sender == "alice@example.com"
    assert found.to == ["12125550123@sms.example.com", "bob@example.com"]
    assert found.identity == found.header_id == "<one@example.com>"
    assert found.words == "Grüße, 6 €"
    assert not found.is_automatic


def test_of_several_parts_the_plain_text_is_taken_and_no_attachment() -> None:
    made = EmailMessage()
    made["From"] = "alice@example.com"
    made.set_content("See you")
    made.add_alternative("<p>See <b>you</b></p>", subtype="html")
    made.add_attachment("Not this", filename="notes.txt")

    assert read(made.as_bytes()).words == "See you"


def test_html_alone_is_turned_into_words() -> None:
    made = EmailMessage()
    made.set_content("<p>See <b>you</b></p>", subtype="html")

    assert read(made.as_bytes()).words == "See you"


def test_attachments_alone_say_nothing() -> None:
    made = EmailMessage()
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")

    assert read(made.as_bytes()).words == ""


@pytest.mark.parametrize(
    ("headers", "is_automatic"),
    [
        ({}, False),
        ({"Auto_Submitted": "no"}, False),
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "Auto-Generated; x=y"}, True),
        ({"Precedence": "Bulk"}, True),
        ({"List_Id": "<staff.example.com>"}, True),
        ({"Return_Path": "<>"}, True),
        ({"X_Autoreply": "yes"}, True),
    ],
)
def test_machines_are_known(headers: dict[str, str], is_automatic: bool) -> None:
    assert read(mail(**headers)).is_automatic is is_automatic


@pytest.mark.parametrize(
    "sender",
    ["", "nobody", "a@example.com, b@example.com", "a@b@example.com", "x" * 300 + "@example.com"],
)
def test_without_exactly_one_address_there_is_no_sender(sender: str) -> None:
    found = read(mail(sender="PLACE").replace(b"From: PLACE", f"From: {sender}".encode()))

    assert found.sender == "" or len(found.sender) <= 254
    assert "," not in found.sender


def test_without_a_message_id_the_mail_itself_is_what_it_is_known_by() -> None:
    one, same, other = mail(name=""), mail(name=""), mail("Another", name="")

    assert read(one).identity == read(same).identity != read(other).identity


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"Content-Type: text/plain; charset=nonsense\n\nSee you", "See you"),
        (b"Content-Type: text/plain; charset=utf-8\n\nSee \xff you", "See \ufffd you"),
        (b"Content-Type: text/plain; charset=utf-7\n\nSee you", "See you"),
        (b"Content-Type: text/plain; charset=idna\n\nSee you", "See you"),
        (b"Content-Type: text/plain; charset=base64\n\nSee you", "See you"),
        (b"Content-Transfer-Encoding: base64\n\n!!!", None),
        (b"Content-Type: text/plain\n\nSee\x00 you", "See you"),
        (b"Content-Type: multipart/mixed\n\nSee you", None),
        (b"", ""),
        (b"\x00\xff", None),
    ],
)
def test_broken_ones_are_read_as_far_as_they_go(body: bytes, words: str | None) -> None:
    found = read(b"From: alice@example.com\n" + body).words

    assert found.isprintable() or "\n" in found or "\ufffd" in found
    if words is not None:
        assert found == words


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n',
        b'CONTENT-TYPE:\tmultipart/mixed; boundary="%d"\r\r--%d\r',
        b"Content-Type:\n message/rfc822; a=%d%d\n\n",
    ],
)
def test_parts_in_parts_without_an_end_cost_nothing(part: bytes) -> None:
    deep = b"".join(part % (n, n) for n in range(5000))

    found = read(b"From: alice@example.com\n" + deep + b"\nSee you")

    assert (found.sender, found.words) == ("alice@example.com", "")


def test_random_bytes_are_no_error() -> None:
    rng = random.Random(5)
    start = mail()
    for _ in range(500):
        raw = bytearray(start)
        for _ in range(rng.randint(1, 40)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        read(bytes(raw))
        read(rng.randbytes(rng.randint(0, 500)))
