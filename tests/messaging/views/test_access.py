"""Who may open what: strangers sign in first, what is not there is a 404, a POST is a POST."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from messaging.models import Message

READ = [
    "inbox",
    "communications",
    "number-list",
    "trigger-list",
    "template-list",
    "template-create",
    "template-choices",
    "field-choices",
    "quick-text",
    "handset",
]
ONE_THING = [
    "conversation-open",
    "message-detail",
    "conversation-earlier",
    "conversation-whose",
    "template-edit",
    "template-delete",
]
STAFFS = ["number-create", "number-edit", "trigger-create", "trigger-edit", "trigger-delete"]
ACTIONS = [
    "conversation-read",
    "typing",
    "conversation-name",
    "conversation-assign",
    "conversation-done",
    "conversation-snooze",
    "conversation-reopen",
    "conversation-unread",
    "message-cancel",
    "message-again",
    "message-called",
    "message-move",
    "message-arrived",
    "message-lost",
    "send-text",
]


@pytest.mark.parametrize("name", READ)
def test_a_page_opens_for_who_is_signed_in(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}"))

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", READ)
def test_a_stranger_is_led_to_the_sign_in_page(client: Client, name: str) -> None:
    response = client.get(reverse(f"messaging:{name}"))

    assert response["Location"].startswith("/login/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONE_THING + ACTIONS)
def test_a_stranger_learns_nothing_of_one_thing(client: Client, name: str) -> None:
    response = client.post(reverse(f"messaging:{name}", args=[1]))

    assert response["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", ONE_THING)
def test_what_is_not_there_is_a_404(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}", args=[4711]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_on_what_is_not_there_is_a_404(alices_browser: Client, name: str) -> None:
    response = alices_browser.post(reverse(f"messaging:{name}", args=[4711]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_never_done_by_a_link(alices_browser: Client, name: str) -> None:
    response = alices_browser.get(reverse(f"messaging:{name}", args=[1]))

    assert response.status_code == 405


@pytest.mark.parametrize("name", STAFFS)
def test_what_changes_the_installation_is_for_who_runs_it(
    alices_browser: Client, danas_browser: Client, name: str
) -> None:
    url = reverse(f"messaging:{name}", args=[] if name.endswith("create") else [4711])

    stranger, alice, dana = (b.get(url) for b in (Client(), alices_browser, danas_browser))

    assert stranger["Location"].startswith("/login/?next=")
    assert alice.status_code == 403
    assert dana.status_code == (200 if name.endswith("create") else 404)


def test_a_gateway_is_resumed_by_a_post_of_who_runs_this(
    alices_browser: Client, danas_browser: Client
) -> None:
    url = reverse("messaging:gateway-resume", args=["simulator"])

    assert alices_browser.post(url).status_code == 403
    assert danas_browser.get(url).status_code == 405
    assert danas_browser.post(url).status_code == 302
    assert danas_browser.post(url.replace("simulator", "nobody")).status_code == 404


def test_a_colleague_may_open_anybodys_text(client: Client, bob: object, sent: Message) -> None:
    client.force_login(bob)  # type: ignore[arg-type]

    response = client.get(reverse("messaging:message-detail", args=[sent.pk]))

    assert response.status_code == 200


def test_the_handset_exists_in_demo_mode_only(
    alices_browser: Client, settings: LazySettings
) -> None:
    settings.DEMO = False

    assert alices_browser.get(reverse("messaging:handset")).status_code == 404
    assert alices_browser.post(reverse("messaging:handset-answer")).status_code == 404
    assert alices_browser.get(reverse("messaging:live"), {"page": "handset"}).status_code == 404


@pytest.mark.django_db
def test_a_page_that_signed_out_hears_401(client: Client) -> None:
    response = client.get(reverse("messaging:live"), {"page": "inbox"})

    assert response.status_code == 401
