"""The screens of webhooks: added, tried out, paused, given a new secret, looked into, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messaging.hooks import keeping
from messaging.models import Delivery, Hook

ADD, LIST = reverse("settings:hook-create"), reverse("settings:hook-list")
TYPED = {"url": "https://hook.example/in", "note": "Warehouse", "events": ["on_status"]}


def at(name: str, pk: int) -> str:
    return reverse(f"settings:{name}", args=[pk])


@pytest.fixture
def known(dns: Any) -> Any:
    dns("hook.example", "93.184.216.34")
    return dns


@pytest.fixture
def hook(db: None) -> Hook:
    return Hook.objects.create(url="https://hook.example/in", note="Warehouse", on_status=True)


def test_one_is_added_and_its_secret_shown_once(danas_browser: Client, known: Any) -> None:
    answer = danas_browser.post(ADD, TYPED)

    made = Hook.objects.get()
    assert (made.url, made.note) == (TYPED["url"], "Warehouse")
    assert (made.on_status, made.on_received, made.on_contact, made.on_optout) == (
        True,
        False,
        False,
        False,
    )
    assert made.secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for page in (LIST, at("hook-detail", made.pk), at("hook-edit", made.pk)):
        assert made.secret not in danas_browser.get(page).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"url": "http://hook.example/in"}, "An address begins with https://"),
        ({"url": "https://10.0.0.1/"}, "leads into a private network"),
        ({"url": "https://169.254.169.254/latest/"}, "leads to no public server"),
        ({"url": "https://nobody.example/"}, "There is no server called nobody.example."),
        ({"url": "hook"}, "This is no address"),
        ({"url": ""}, "This field is required"),
        ({"events": []}, "Choose what it is told of"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_the_words_stay(
    danas_browser: Client, known: Any, typed: dict[str, Any], sentence: str
) -> None:
    answer = danas_browser.post(ADD, TYPED | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Warehouse" in page
    assert not Hook.objects.exists()


def test_what_it_hears_is_changed(danas_browser: Client, known: Any, hook: Hook) -> None:
    Hook.objects.update(failures=9)

    danas_browser.post(
        at("hook-edit", hook.pk),
        {"url": "https://hook.example/other", "note": "", "events": ["on_optout", "on_contact"]},
    )

    hook.refresh_from_db()
    assert hook.url == "https://hook.example/other"
    assert hook.hears == [
        "A contact is added, changed or deleted",
        "A number opts out, or comes back",
    ]
    assert hook.failures == 0


def test_a_new_secret_is_asked_for_shown_once_and_the_old_one_signs_on(
    danas_browser: Client, hook: Hook
) -> None:
    url, old = at("hook-rotate", hook.pk), hook.secret

    asked = danas_browser.get(url).content.decode()
    shown = danas_browser.post(url).content.decode()

    hook.refresh_from_db()
    assert "For 24 hours" in asked
    assert hook.secret != old
    assert hook.secrets == [hook.secret, old]
    assert hook.secret in shown
    assert old not in shown


def test_one_is_paused_and_resumed(danas_browser: Client, hook: Hook) -> None:
    states = []
    for _ in range(2):
        page = danas_browser.post(at("hook-switch", hook.pk), follow=True).content.decode()
        hook.refresh_from_db()
        states.append((hook.active, "Resume" in page))

    assert states == [(False, True), (True, False)]


def test_a_test_stands_in_the_log_and_can_be_delivered_again(
    danas_browser: Client, hook: Hook
) -> None:
    danas_browser.post(at("hook-ping", hook.pk))
    news = Delivery.objects.get()
    Delivery.objects.update(
        state="failed",
        tries=9,
        problem="Answered 500.",
        http_status=500,
        body='{"type": "ping"}',
        response="<b>broken</b>",
    )

    log = danas_browser.get(at("hook-detail", hook.pk)).content.decode()
    none = danas_browser.get(at("hook-detail", hook.pk) + "?state=delivered").content.decode()
    page = danas_browser.get(at("delivery-detail", news.pk)).content.decode()
    danas_browser.post(at("delivery-again", news.pk))

    assert "Answered 500." in log
    assert "Nothing here" in none
    assert "&quot;type&quot;: &quot;ping&quot;" in page
    assert "&lt;b&gt;broken&lt;/b&gt;" in page
    assert Delivery.objects.due().get() == news


def test_the_log_turns_its_pages(danas_browser: Client, hook: Hook) -> None:
    for _ in range(60):
        keeping.ping(hook)

    first = danas_browser.get(at("hook-detail", hook.pk))
    cursor = first.context["page"].next
    second = danas_browser.get(at("hook-detail", hook.pk), {"cursor": cursor})

    pks = [row.pk for answer in (first, second) for row in answer.context["page"].items]
    assert len(pks) == len(set(pks)) == 60


def test_one_is_deleted_with_what_waits(danas_browser: Client, hook: Hook) -> None:
    keeping.ping(hook)

    asked = danas_browser.get(at("hook-delete", hook.pk)).content.decode()
    danas_browser.post(at("hook-delete", hook.pk))

    assert "Delete this webhook?" in asked
    assert not Hook.objects.exists()
    assert not Delivery.objects.exists()


def test_there_are_only_so_many(
    danas_browser: Client, known: Any, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.hooks.keeping.MOST", 1)

    answer = danas_browser.post(ADD, TYPED)

    assert answer.status_code == 422
    assert "There are 1 webhooks already" in answer.content.decode()


@pytest.fixture
def report(db: None) -> Delivery:
    """To the report_url of a text sent in D7's words."""
    return Delivery.objects.create(
        url="https://shop.example/dlr",
        event=Delivery.Event.STATUS,
        subject="12",
        detail="delivered",
        state=Delivery.State.FAILED,
        tries=9,
        uid="9d6b2f0a-4c1e-4c8e-9f63-0f5f0d6a2b11",
        body="status=delivered",
        problem="It did not answer.",
    )


def test_what_callers_are_told_stands_on_a_log_of_its_own(
    danas_browser: Client, report: Delivery, hook: Hook
) -> None:
    keeping.ping(hook)
    log = reverse("settings:report-list")

    page = danas_browser.get(log)
    waiting = danas_browser.get(log, {"state": "waiting"})
    one = danas_browser.get(at("delivery-detail", report.pk)).content.decode()

    assert page.context["page"].items == [report]
    assert "https://shop.example/dlr" in page.content.decode()
    assert "It did not answer." in page.content.decode()
    assert waiting.context["page"].items == []
    assert "https://shop.example/dlr" in one
    assert "status=delivered" in one


def test_what_a_caller_was_told_is_told_again(danas_browser: Client, report: Delivery) -> None:
    danas_browser.post(at("delivery-again", report.pk))

    report.refresh_from_db()
    assert (report.state, report.tries) == (Delivery.State.WAITING, 1)
