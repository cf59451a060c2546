"""What the admin shows, and what it does not let anybody change."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from messaging import models

READ_ONLY = [
    models.Message,
    models.Attempt,
    models.Event,
    models.Recipient,
    models.ConsentEvent,
    models.Conversation,
]


@pytest.fixture
def root_browser(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_was_sent_is_read_and_never_changed(root_browser: Client, model: type) -> None:
    base = f"/admin/messaging/{model.__name__.lower()}/"

    assert root_browser.get(base).status_code == 200
    assert root_browser.get(f"{base}add/").status_code == 403


def test_one_message_opens_with_its_attempts(root_browser: Client, sent: models.Message) -> None:
    response = root_browser.get(f"/admin/messaging/message/{sent.pk}/change/")

    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()


@pytest.mark.parametrize("app", ["django_q", "otp_totp", "auth"])
def test_what_would_be_a_second_door_is_gone(app: str) -> None:
    assert not [m for m in admin.site._registry if m._meta.app_label == app]
