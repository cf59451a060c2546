"""What was written for seven.io texts through us: keys, parameters and answers as it has them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Contact, Member, Phone, Tag, Team
from contacts.roles import Role
from messaging import consent, tokens
from messaging.dialects import seven_names
from messaging.models import Message, Number, Status

HI = {"to": "+12125550123", "text": "Hi"}


def send(secret: str, given: dict[str, Any], **headers: str) -> str:
    answer = Client(enforce_csrf_checks=True).post(
        "/api/sms", given, headers={"X-Api-Key": secret} | headers
    )
    assert answer.status_code == 200
    return answer.content.decode()


def send_json(secret: str, given: Any) -> Any:
    return Client().post(
        "/api/sms",
        json.dumps(given),
        content_type="application/json",
        headers={"X-Api-Key": secret, "Accept": "application/json"},
    )


@pytest.mark.parametrize("way", ["query", "form", "json", "basic", "bearer"])
def test_key_and_parameters_come_in_every_way(secret: str, number: Number, way: str) -> None:
    caller, keyed = Client(enforce_csrf_checks=True), HI | {"p": secret}
    ways: dict[str, Any] = {
        "query": lambda: caller.get("/api/sms", keyed),
        "form": lambda: caller.post("/api/sms", keyed),
        "json": lambda: caller.post("/api/sms", keyed, content_type="application/json"),
        "basic": lambda: caller.post("/api/sms", HI, headers={"Authorization": f"basic {secret}"}),
        "bearer": lambda: caller.post(
            "/api/sms", HI, headers={"Authorization": f"Bearer {secret}"}
        ),
    }

    answer = ways[way]()

    assert answer.content == b"100"
    assert Message.objects.get().text == "Hi"


def test_json_tells_each_recipients_outcome(secret: str, carol: Contact, number: Number) -> None:
    consent.opt_out("+12125550124", source="reply", words="STOP")
    to = ["12125550123", "0012125550124", "x"]

    told = send_json(secret, {"to": to, "text": "Grüße 😀", "from": "+12125550100"}).json()

    message = Message.objects.get()
    good = [item for item in told["messages"] if item["success"]]
    assert (told["success"], len(told["messages"])) == ("101", 3)
    assert [(item["id"], item["encoding"]) for item in good] == [(str(message.pk), "ucs2")]
    assert {item["error"] for item in told["messages"]} == {None, 202}
    assert message.contact == carol


def test_contacts_and_groups_go_by_their_names(
    secret: str, carol: Contact, number: Number, alice: User
) -> None:
    ida = Contact.objects.create(first_name="Ida", last_name="Holm")
    Phone.objects.create(contact=ida, e164="+12125550124", is_primary=True)
    for contact in (carol, ida):
        contact.tags.add(Tag.objects.get_or_create(name="vip")[0])
    Contact.objects.create(first_name="Ida", last_name="Holm")

    by_name = send(secret, HI | {"to": "carol finch"})
    by_tag = send(secret, HI | {"to": "VIP", "text": "Hi all", "return_msg_id": "1"})
    of_two = send(secret, HI | {"to": "Ida Holm"})
    of_nobody = send(secret, HI | {"to": "nobody"})

    sent = [(one.text, one.phone) for one in Message.objects.order_by("pk")]
    assert (by_name, len(by_tag.split()), of_two, of_nobody) == ("100", 3, "202", "202")
    Member.objects.filter(user=alice).update(role=Role.AGENT)
    assert send(secret, HI | {"to": "vip", "text": "Hi again"}) == "202"
    assert sent == [("Hi", "+12125550123"), ("Hi all", "+12125550123"), ("Hi all", "+12125550124")]


def test_names_of_another_team_are_nobodys(
    secret: str, carol: Contact, number: Number, alice: User
) -> None:
    carol.tags.add(Tag.objects.create(name="vip"))
    Contact.objects.update(team=Team.objects.create(name="West"))
    Member.objects.filter(user=alice).update(team=Team.objects.create(name="East"))

    assert [send(secret, HI | {"to": name}) for name in ("Carol Finch", "vip")] == ["202", "202"]


def test_a_group_of_more_than_fit_is_refused_whole(secret: str, number: Number) -> None:
    crowd = Tag.objects.create(name="crowd")
    for n in range(101):
        contact = Contact.objects.create(first_name=f"P{n}")
        Phone.objects.create(contact=contact, e164=f"+1212555{n:04}", is_primary=True)
        contact.tags.add(crowd)

    assert send(secret, HI | {"to": "crowd"}) == "202"
    assert not Message.objects.exists()


def test_no_more_of_a_group_is_read_than_refuses_it(
    secret: str, number: Number, carol: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seven_names, "TOO_MANY", 2)
    crowd = Tag.objects.create(name="crowd")
    without = Contact.objects.create(first_name="Without a phone")
    other = Contact.objects.create(first_name="Zoe")
    Phone.objects.create(contact=other, e164="+12125550149", is_primary=True)
    last = Contact.objects.create(first_name="Last")
    Phone.objects.create(contact=last, e164="+12125550148", is_primary=True)
    for contact in (without, carol, other, last):
        contact.tags.add(crowd)

    send(secret, HI | {"to": "crowd"})

    assert Message.objects.count() == 2  # and who has no phone takes nobody's place


def test_a_journal_reaches_as_far_as_days_do(secret: str, number: Number) -> None:
    send(secret, HI)
    asked = {"date_from": "0001-01-01", "date_to": "9999-12-31"}

    answer = Client().get("/api/journal/outbound", asked, headers={"X-Api-Key": secret})

    assert (answer.status_code, len(answer.json())) == (200, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ""}, "301"),
        ({"to": "x"}, "202"),
        ({"to": ",".join(["+12125550123"] * 101)}, "202"),
        ({"text": " "}, "305"),
        ({"text": "x" * 1521}, "401"),
        ({"from": "Nobody"}, "201"),
        ({"from": "\x00"}, "201"),
        ({"udh": "050003"}, "400"),
        ({"delay": "soon"}, "400"),
        ({"delay": "9" * 400}, "400"),
        ({"delay": "9999-12-31 23:59"}, "400"),
    ],
)
def test_what_is_wrong_is_a_code(
    secret: str, number: Number, change: dict[str, str], code: str
) -> None:
    assert send(secret, HI | change) == code
    assert not Message.objects.exists()


def test_the_same_text_a_moment_later_is_not_sent(secret: str, number: Number) -> None:
    answers = [send(secret, given) for given in (HI, HI, HI | {"text": "Ho"})]
    meant = send(secret, HI | {"no_reload": "1"})

    assert [*answers, meant] == ["100", "402", "100", "100"]
    assert Message.objects.count() == 3


def test_a_dry_run_texts_nobody(secret: str, number: Number) -> None:
    told = json.loads(send(secret, HI | {"debug": "1", "json": "1"}))

    assert (told["success"], told["debug"], told["messages"][0]["id"]) == ("100", "true", None)
    assert not Message.objects.exists()


def test_as_many_words_as_seven_takes_are_taken(secret: str, number: Number) -> None:
    assert send(secret, HI | {"text": "x" * 1520}) == "100"
    assert Message.objects.get().segments == 10


def test_details_are_lines_of_text(secret: str, number: Number) -> None:
    code, *lines = send(secret, HI | {"text": "Grüße ☀", "details": "1", "flash": "1"}).split("\n")

    assert code == "100"
    assert lines == [
        "Verbucht: 1",
        "Preis: 0",
        "Guthaben: 0",
        "Text: Grüße ☀",
        "SMS-Typ: direct",
        "Flash SMS: true",
        "Encoding: ucs2",
        "GSM0338: false",
        "Debug: false",
    ]


def test_a_json_type_without_a_body_is_what_their_javascript_sends(
    secret: str, number: Number
) -> None:
    send(secret, HI)
    asked = {"date_from": "undefined", "date_to": "undefined", "limit": "1"}
    headers = {"X-Api-Key": secret, "Accept": "application/json"}

    for path, given in (("/api/journal/outbound", asked), ("/api/status", {"msg_id": "1"})):
        answer = Client().get(path, given, content_type="application/json", headers=headers)
        assert (answer.status_code, len(answer.json())) == (200, 1)


def test_a_journal_of_what_is_not_kept_is_refused(secret: str) -> None:
    headers = {"X-Api-Key": secret}

    wrong = ("/voice", "/outbound?date_from=soon", "?type=voice", "")
    answers = [Client().get(f"/api/journal{one}", headers=headers) for one in wrong]

    assert [answer.content for answer in answers] == [b"400"] * 4


@pytest.mark.parametrize("form", ["seconds", "milliseconds", "words", "iso"])
def test_a_delay_waits_here_and_can_be_taken_back(secret: str, number: Number, form: str) -> None:
    at = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    seconds = int(at.timestamp())
    forms = {
        "seconds": str(seconds),
        "milliseconds": str(seconds * 1000),
        "words": at.strftime("%Y-%m-%d %H:%M"),
        "iso": at.astimezone(timezone.get_fixed_timezone(300)).isoformat(),
    }

    code, pk = send(secret, HI | {"delay": forms[form], "return_msg_id": "1"}).split()
    message = Message.objects.get()
    taken = Client().delete(
        "/api/sms", {"ids": pk}, content_type="application/json", headers={"X-Api-Key": secret}
    )
    again = Client().delete("/api/sms", f"ids[]={pk}", headers={"X-Api-Key": secret})

    assert (code, message.send_after) == ("100", at)
    assert taken.json() == {"deleted": [pk], "success": True}
    assert again.json() == {"deleted": None, "success": False}
    assert Message.objects.get().status == Status.CANCELLED


def test_what_became_of_it_can_be_asked(secret: str, number: Number) -> None:
    pk = send(secret, HI | {"return_msg_id": "1"}).split()[1]
    Message.objects.update(status=Status.DELIVERED, sent_at=timezone.now())

    asked = {"msg_id": f"{pk},{'9' * 30},x", "json": "1"}
    rows = Client().get("/api/status", asked, headers={"X-Api-Key": secret}).json()
    words = Client().get("/api/status", {"msg_id": pk}, headers={"X-Api-Key": secret}).content

    assert [row["status"] for row in rows] == ["DELIVERED", None, None]
    assert words.startswith(b"DELIVERED\n")


def test_the_journal_lists_ones_own_texts(secret: str, number: Number, bob: User) -> None:
    for words in ("One", "Two", "Three"):
        send(secret, HI | {"text": words})
    bobs = tokens.issue(bob, name="Bob's")[1]

    def journal(words: str, **asked: str) -> list[Any]:
        answer = Client().get("/api/journal/outbound", asked, headers={"X-Api-Key": words})
        return [row["text"] for row in answer.json()]

    first = str(Message.objects.order_by("pk")[0].pk)
    assert journal(secret) == ["Three", "Two", "One"]
    assert journal(secret, limit="1", offset="1") == ["Two"]
    assert journal(secret, id=first) == ["One"]
    assert journal(bobs) == journal(bobs, id=first) == []


def test_strangers_and_readers_stay_out(reader: str, number: Number) -> None:
    assert [send(words, HI) for words in ("", "nonsense", reader)] == ["300", "900", "902"]
    assert send_json("nonsense", HI).json() == "900"
    assert not Message.objects.exists()


def test_bodies_that_cannot_be_read_are_refused(secret: str, number: Number) -> None:
    key = {"X-Api-Key": secret}
    bodies: list[tuple[bytes, str]] = [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"--x", "multipart/form-data"),
        (b"x" * 70_000, "application/x-www-form-urlencoded"),
    ]

    statuses = [
        Client().post("/api/sms", raw, content_type=kind, headers=key).status_code
        for raw, kind in bodies
    ]

    assert statuses == [400, 400, 400, 413]
    assert send_json(secret, HI | {"text": "a\ud800\x00", "flash": None}).json()["success"] == "100"
    assert Client().put("/api/sms").status_code == 405
