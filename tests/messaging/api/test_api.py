"""The REST API: the same doors as the pages, refusals in one shape, and nothing done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from contacts.models import Comment, Company, Contact, Deal
from messaging import consent, tokens
from messaging.models import Message, Number, Origin, Scope, Status
from tests.messaging.api.conftest import Call

HI = {"to": "+12125550123", "text": "Hi"}


def test_a_contact_is_made_changed_found_and_deleted(call: Call) -> None:
    bakery = Company.objects.create(name="Finch Bakery")
    ida = {
        "first_name": "Ida",
        "company": bakery.pk,
        "tags": ["vip"],
        "phones": [{"number": "(212) 555-0150"}, {"number": "+442079460123", "kind": "work"}],
    }

    made = call("POST", "/contacts", ida)
    pk = made.data["id"]
    changed = call("PATCH", f"/contacts/{pk}", {"last_name": "Holm"})
    found = call("GET", "/contacts?q=Holm")
    call("DELETE", f"/contacts/{pk}")

    assert made.status_code == 201
    assert [phone["number"] for phone in made.data["phones"]] == ["+12125550150", "+442079460123"]
    assert (changed.data["name"], changed.data["company"]) == ("Ida Holm", bakery.pk)
    assert [row["id"] for row in found.data["items"]] == [pk]
    assert call("GET", f"/contacts/{pk}").status_code == 404


def test_a_change_stands_on_the_timeline(call: Call, carol: Contact, alice: User) -> None:
    call("PATCH", f"/contacts/{carol.pk}", {"job_title": "Baker"})

    change = Comment.objects.on(carol).get()
    assert (change.kind, change.author) == (Comment.Kind.CHANGE, alice)


@pytest.mark.parametrize("nouns", ["contacts", "companies", "deals"])
def test_a_comment_that_texts_becomes_a_track(
    call: Call, carol: Contact, number: Number, nouns: str
) -> None:
    records: dict[str, Any] = {
        "contacts": carol,
        "companies": Company.objects.create(name="Finch Bakery", main_contact=carol),
        "deals": Deal.objects.create(title="Oven", contact=carol),
    }

    answer = call("POST", f"/{nouns}/{records[nouns].pk}/comments", {"body": "sms: See you at six"})

    message = Message.objects.get()
    assert (answer.status_code, answer.data["kind"]) == (201, "track")
    assert answer.data["message"]["id"] == message.pk
    assert (message.text, message.phone) == ("See you at six", "+12125550123")


def test_a_plain_comment_is_one_and_a_look_alike_gets_its_hint(
    call: Call, carol: Contact, number: Number
) -> None:
    plain = call("POST", f"/contacts/{carol.pk}/comments", {"body": "Called her"})
    odd = call("POST", f"/contacts/{carol.pk}/comments", {"body": "smss: Hello"})

    assert (plain.data["kind"], plain.data["hints"]) == ("comment", [])
    assert "nobody was texted" in odd.data["hints"][0]
    assert not Message.objects.exists()


def test_a_text_is_queued_read_and_cancelled(call: Call, carol: Contact, number: Number) -> None:
    sent = call("POST", "/messages", {"contact": carol.pk, "text": "Hi {first_name}"})
    listed = call("GET", f"/messages?contact={carol.pk}&status=queued")
    cancelled = call("POST", f"/messages/{sent.data['id']}/cancel")
    again = call("POST", f"/messages/{sent.data['id']}/cancel")

    message = Message.objects.get()
    assert (sent.status_code, sent.data["text"]) == (202, "Hi Carol")
    assert message.origin == Origin.API
    assert [row["id"] for row in listed.data["items"]] == [message.pk]
    assert cancelled.data["status"] == Status.CANCELLED
    assert (again.status_code, again.data["status"]) == (409, 409)


def test_a_bare_number_that_somebody_has_is_that_person(
    call: Call, carol: Contact, number: Number
) -> None:
    call("POST", "/messages", {"to": "(212) 555-0123", "text": "Hi"})

    assert Message.objects.get().contact == carol


def test_a_text_leaves_from_the_number_that_is_named(call: Call, number: Number) -> None:
    sales = Number.objects.create(address="+12125550101", label="Sales", gateway="simulator")

    sent = call("POST", "/messages", {"to": "+12125550123", "text": "A", "from": "212 555 0101"})

    assert (Message.objects.get().number, sent.data["from"]) == (sales, "+12125550101")


def test_who_opted_out_is_not_texted_and_is_listed(call: Call, number: Number) -> None:
    consent.opt_out("+12125550123", source="reply", words="STOP")

    answer = call("POST", "/messages", {"to": "+12125550123", "text": "Hi"})
    listed = call("GET", "/opt-outs")

    assert answer.status_code == 422
    assert "not to be texted" in answer.data["detail"]
    assert [row["phone"] for row in listed.data["items"]] == ["+12125550123"]
    assert not Message.objects.exists()


def test_the_same_key_is_done_once_and_another_body_refused(call: Call, number: Number) -> None:
    hi = {"to": "+12125550123", "text": "Hi"}

    first = call("POST", "/messages", hi, **{"Idempotency-Key": "a1"})
    second = call("POST", "/messages", hi, **{"Idempotency-Key": "a1"})
    other = call("POST", "/messages", hi | {"text": "Ho"}, **{"Idempotency-Key": "a1"})

    assert (second.status_code, second.data) == (202, first.data)
    assert other.status_code == 409
    assert Message.objects.count() == 1


@pytest.mark.storage
@pytest.mark.usefixtures("for_threads")
def test_four_at_once_with_one_key_text_once(secret: str) -> None:
    def post(_: int) -> int:
        answer = Client().post(
            "/api/v1/messages",
            {"to": "+12125550123", "text": "Hi"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "a1"},
        )
        connections.close_all()
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(post, range(4)))

    assert statuses == [202] * 4
    assert Message.objects.count() == 1


def test_strangers_and_narrow_tokens_stay_out(
    client: Client, call: Call, alice: User, carol: Contact, number: Number
) -> None:
    _, reader = tokens.issue(alice, name="Reader", scopes=[Scope.READ, Scope.WRITE])
    narrow = {"Authorization": f"Bearer {reader}"}

    stranger = client.get("/api/v1/contacts")
    sends = call("POST", "/messages", {"to": "+12125550123", "text": "Hi"}, **narrow)
    hidden = call("POST", f"/contacts/{carol.pk}/comments", {"body": "sms: Hi"}, **narrow)
    alice.is_active = False
    alice.save()
    dead = call("GET", "/contacts")

    assert (stranger.status_code, stranger["WWW-Authenticate"]) == (401, "Bearer")
    assert (sends.status_code, hidden.status_code, dead.status_code) == (403, 403, 401)
    assert not Message.objects.exists()
    assert not Comment.objects.exists()


@pytest.mark.storage
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/contacts", b"{", 400),
        ("POST", "/contacts", {"email": "nonsense"}, 422),
        ("POST", "/contacts", {"first_name": "x" * 81}, 422),
        ("POST", "/contacts", {"phones": [{"number": "12"}]}, 422),
        ("POST", "/contacts", {"company": 99}, 422),
        ("POST", "/contacts", {"first_name": 12}, 422),
        ("GET", "/contacts/99999999999999999999", None, 404),
        ("GET", "/contacts/abc", None, 404),
        ("POST", "/contacts", {"tags": ["x" * 41]}, 422),
        ("POST", "/contacts", {"tags": ["x"] * 31}, 422),
        ("POST", "/contacts", {"phones": [{"number": "+12125550123"}] * 21}, 422),
        ("GET", "/", None, 404),
        ("PUT", "/contacts", None, 405),
        ("GET", "/nowhere", None, 404),
        ("POST", "/boats/1/comments", {"body": "Hi"}, 404),
        ("POST", "/messages", {"text": "Hi"}, 422),
        ("POST", "/messages", {"text": "", "to": "+12125550123"}, 422),
        ("POST", "/messages", {"text": "Hi", "to": "+12125550123", "from": "+12125550199"}, 422),
        ("POST", "/messages", HI | {"send_at": "9999-12-31T23:59:59Z"}, 422),
        ("POST", "/messages", HI | {"send_at": "soon"}, 422),
        ("POST", "/messages", b"x" * 3_000_000, 413),
    ],
)
def test_every_refusal_has_one_shape(
    call: Call, number: Number, method: str, path: str, body: Any, status: int
) -> None:
    answer = call(method, path, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.data.keys()
    assert answer.data["status"] == status


def test_head_answers_as_get_without_the_body(call: Call, carol: Contact) -> None:
    for path in ("/contacts", f"/contacts/{carol.pk}", "/contacts/999999", "/openapi.json"):
        got, head = call("GET", path), call("HEAD", path)

        assert head.status_code == got.status_code
        assert head["Content-Type"] == got["Content-Type"]
        assert got.content
        assert not head.content
    assert call("HEAD", "/opt-outs/+12125550123/opt-in").status_code == 405


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "2020-01-01T10:00:00"])
def test_a_time_that_is_past_is_now(call: Call, number: Number, at: str) -> None:
    before = timezone.now()

    answer = call("POST", "/messages", HI | {"send_at": at})

    assert answer.status_code == 202
    assert before <= Message.objects.get().send_after <= timezone.now()


@pytest.mark.storage
def test_a_cursor_that_is_none_is_refused_and_not_the_first_page(call: Call) -> None:
    lists = ("contacts", "messages", "broadcasts", "opt-outs")

    answers = [call("GET", f"/{name}?cursor=%00zzz") for name in lists]

    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].data["detail"].startswith("cursor: ")


def test_what_no_database_takes_is_made_fit(call: Call) -> None:
    made = call("POST", "/contacts", {"first_name": "I\x00da", "notes": "a\r\nb"})

    lone = call("POST", "/contacts", b'{"first_name": "I\\ud800da"}')

    assert (made.data["first_name"], made.data["notes"]) == ("Ida", "a\nb")
    assert lone.data["first_name"] == "I?da"


def test_pages_lead_to_the_next(call: Call) -> None:
    for n in range(60):
        Contact.objects.create(first_name=f"P{n:02}")

    first = call("GET", "/contacts")
    second = call("GET", f"/contacts?cursor={first.data['next_cursor']}")

    names = [row["name"] for page in (first, second) for row in page.data["items"]]
    assert names == [f"P{n:02}" for n in range(60)]
    assert second.data["next_cursor"] is None


def test_what_there_is_can_be_asked(call: Call, number: Number) -> None:
    paths = call("GET", "/openapi.json").data["paths"]

    assert call("GET", "/me").data["username"] == "alice"
    assert call("GET", "/numbers").data["items"][0]["address"] == "+12125550100"
    assert call("GET", "/templates").status_code == 200
    assert "/api/v1/messages/{pk}/cancel" in paths


@pytest.mark.parametrize(
    ("method", "address", "name"),
    [
        ("GET", "/messages?staus=sent", "staus"),
        ("GET", "/messages?status=sent&limit=5", "limit"),
        ("GET", "/contacts?name=Ida", "name"),
        ("POST", "/contacts?first_name=Ida", "first_name"),
    ],
)
def test_a_mistyped_name_in_an_address_is_told_not_passed_by(
    call: Call, method: str, address: str, name: str
) -> None:
    answer = call(method, address, {} if method == "POST" else None)

    assert answer.status_code == 422
    assert f"“{name}” means nothing" in answer.data["detail"]
    assert not Contact.objects.exists()
